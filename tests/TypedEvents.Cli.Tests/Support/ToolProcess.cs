using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace TypedEvents.Cli.Tests;

/// <summary>The tool as a process of its own, as a shell or a CI system runs it.</summary>
internal sealed class ToolProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly Task<string> _error;

    private ToolProcess(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync(Cancellation);
    }

    public int Id => _process.Id;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The program that runs assemblies.</summary>
    public static string Host => Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet";

    /// <summary>The command line of the application that <c>run</c> starts in these tests.</summary>
    public static string[] Application(params string[] arguments) => [Host, Path.Combine(AppContext.BaseDirectory, "TypedEvents.Cli.Tests.Child.dll"), .. arguments];

    public static ToolProcess Start(string folder, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(Host, [Path.Combine(AppContext.BaseDirectory, "TypedEvents.Cli.dll"), .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };

        // PATH decides what the tool takes for dotnet. The libraries beside the tests are those of this framework.
        start.Environment.Remove("DOTNET_HOST_PATH");
        start.Environment["DOTNET_ROLL_FORWARD"] = "LatestMajor";
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new ToolProcess(Process.Start(start)!);
    }

    /// <summary>Runs the tool to its end.</summary>
    public static async Task<ToolResult> RunAsync(string folder, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        using ToolProcess tool = Start(folder, arguments, environment);
        return await tool.EndAsync();
    }

    /// <summary>Waits until a process has written a file. One that isn't empty is written beside it, and moved.</summary>
    public static async Task FileAsync(string path)
    {
        var watch = Stopwatch.StartNew();
        while (!File.Exists(path))
        {
            Assert.True(watch.Elapsed < Patience, $"No process has written '{path}'.");
            await Task.Delay(20, Cancellation);
        }
    }

    public async Task<string?> ReadLineAsync() => await _process.StandardOutput.ReadLineAsync(Cancellation).AsTask().WaitAsync(Patience, Cancellation);

    /// <summary>Reads no more of its output, as <c>head</c> does.</summary>
    public void CloseOutput() => _process.StandardOutput.Dispose();

    /// <summary>Waits until it ends, without its output.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync(Cancellation).WaitAsync(Patience, Cancellation);
        return _process.ExitCode;
    }

    /// <summary>Sends a signal, such as <c>TERM</c>, to this process alone.</summary>
    public async Task SignalAsync(string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(Cancellation);
    }

    /// <summary>Waits until it ends.</summary>
    /// <returns>Its exit code, and what it printed beside what was read already.</returns>
    public async Task<ToolResult> EndAsync()
    {
        try
        {
            string output = await _process.StandardOutput.ReadToEndAsync(Cancellation).WaitAsync(Patience, Cancellation);
            await _process.WaitForExitAsync(Cancellation).WaitAsync(Patience, Cancellation);
            return new ToolResult(_process.ExitCode, output, await _error);
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"The tool didn't end. It said: {await _error}");
        }
    }

    public static bool IsRunning(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
