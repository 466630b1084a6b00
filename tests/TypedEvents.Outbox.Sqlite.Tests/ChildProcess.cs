using System.Diagnostics;

namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>Another process that uses an outbox (TypedEvents.Outbox.Sqlite.Tests.Child).</summary>
internal sealed class ChildProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    public static ChildProcess Start(IEnumerable<string> arguments, params (string Name, string Value)[] environment) =>
        Start([], arguments, environment);

    /// <summary>Starts the process through another command, which receives the process's command line as its last arguments.</summary>
    public static ChildProcess StartBy(IReadOnlyList<string> command, IEnumerable<string> arguments) => Start(command, arguments, []);

    private static ChildProcess Start(IReadOnlyList<string> command, IEnumerable<string> arguments, (string Name, string Value)[] environment)
    {
        string host = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        var start = new ProcessStartInfo(command.Count > 0 ? command[0] : host)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (string argument in command.Skip(1).Concat(command.Count > 0 ? [host] : []))
        {
            start.ArgumentList.Add(argument);
        }

        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "TypedEvents.Outbox.Sqlite.Tests.Child.dll"));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return new ChildProcess(Process.Start(start)!);
    }

    public async Task WriteLineAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
    }

    public async Task<string?> ReadLineAsync() =>
        await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience);

    /// <summary>Kills the process (SIGKILL), so that it can't clean up.</summary>
    /// <returns>The lines that it had printed and that weren't read yet.</returns>
    public async Task<IReadOnlyList<string>> KillAsync()
    {
        _process.Kill();
        string rest = await _process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);

        // A last line without a line end is incomplete, and doesn't count.
        return [.. rest.Split('\n')[..^1]];
    }

    /// <summary>Ends the process regularly.</summary>
    public async Task EndAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
        Assert.Equal(0, _process.ExitCode);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
