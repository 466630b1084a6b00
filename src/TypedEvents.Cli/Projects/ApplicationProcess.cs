using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TypedEvents.Cli;

/// <summary>
/// An application that is run as a shell would run it: it has the tool's input, output and terminal, so that nothing of what it prints is changed.
/// </summary>
internal sealed class ApplicationProcess : IDisposable
{
    /// <summary>How long the application may take to end after it was asked to: a .NET host takes at most 30 seconds by default.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    private const int SigTerm = 15;

    private readonly Process _process;

    private ApplicationProcess(Process process) => _process = process;

    /// <summary>The path of a command's program.</summary>
    /// <exception cref="ToolException">There is no such program.</exception>
    public static string Find(string program, ToolContext context) =>
        ProgramPath.Find(program, context.Folder, context.Environment)
            ?? throw new ToolException($"'{program}' can't be started: {Reason(program, context)}");

    private static string Reason(string program, ToolContext context)
    {
        if (program.EndsWith(".dll", StringComparison.OrdinalIgnoreCase))
        {
            return $"it is an assembly. Write: typedevents run -- dotnet {program}";
        }

        if (!program.Contains('/', StringComparison.Ordinal) && !program.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            return $"it isn't in PATH. A program in this folder is written as ./{program}.";
        }

        return File.Exists(context.Resolve(program)) ? "it isn't executable." : "there is no such program.";
    }

    /// <param name="path">The program, from <see cref="Find"/>.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="variables">The environment variables that it gets beside those of the tool.</param>
    /// <param name="folder">Its current folder.</param>
    /// <exception cref="ToolException">The program can't be started.</exception>
    public static ApplicationProcess Start(string path, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> variables, string folder)
    {
        var start = new ProcessStartInfo(path, arguments) { WorkingDirectory = folder, UseShellExecute = false };
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        try
        {
            return new ApplicationProcess(Process.Start(start)!);
        }
        catch (Win32Exception exception)
        {
            throw new ToolException($"'{path}' can't be started: {exception.Message}", exception);
        }
    }

    /// <summary>Waits until the application ends. When the tool is interrupted, it asks the application to end.</summary>
    /// <param name="context">With the clock, and the signals.</param>
    /// <param name="requested">Cancelled when the tool is interrupted.</param>
    /// <returns>The application's exit code; 128 and the number of the signal if one has killed it.</returns>
    public async Task<int> WaitAsync(ToolContext context, CancellationToken requested)
    {
        Task exited = _process.WaitForExitAsync(CancellationToken.None);
        await Task.WhenAny(exited, Task.Delay(Timeout.InfiniteTimeSpan, requested));
        if (!exited.IsCompleted)
        {
            Terminate(context.Interruption?.IsFromTerminal == true);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.Interruption?.Repeated ?? CancellationToken.None);
            await Task.WhenAny(exited, Task.Delay(Patience, context.Clock, ended.Token));
            if (!exited.IsCompleted)
            {
                await context.NoteAsync(ended.IsCancellationRequested
                    ? "typedevents: interrupted again, so the application is killed."
                    : $"typedevents: the application hasn't ended within {Patience.TotalSeconds:0} seconds, so it is killed.");
                _process.Kill(entireProcessTree: true);
            }

            await ended.CancelAsync();
        }

        await exited;
        return _process.ExitCode;
    }

    public void Dispose() => _process.Dispose();

    /// <summary>
    /// Asks the application to end. SIGTERM also where the tool got SIGINT: <c>dotnet run</c> and shells pass the one on and ignore the other,
    /// which their children get from the terminal.
    /// </summary>
    private void Terminate(bool isAsked)
    {
        // On Windows the console has sent Ctrl+C to all of its processes.
        if (!isAsked && !OperatingSystem.IsWindows() && !_process.HasExited)
        {
            _ = Kill(_process.Id, SigTerm);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
