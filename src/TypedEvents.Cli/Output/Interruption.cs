using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TypedEvents.Cli;

/// <summary>
/// Ctrl+C and SIGTERM. The first one ends the command between two steps. The second one ends the process, unless the command has something to
/// end before: then it is the third one.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _requested = new();
    private readonly CancellationTokenSource _repeated = new();
    private readonly PosixSignalRegistration[] _registrations;

    private Interruption() =>
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Receive), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Receive)];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Requested => _requested.Token;

    /// <summary>Cancelled by the second signal, where <see cref="HandlesRepeated"/> is set.</summary>
    public CancellationToken Repeated => _repeated.Token;

    /// <summary>Whether the command acts on <see cref="Repeated"/>, and the process goes on until it has.</summary>
    public bool HandlesRepeated { get; set; }

    /// <summary>
    /// Whether the first signal came from the terminal in whose foreground this process is. The terminal sends it to the processes that this one
    /// has started as well.
    /// </summary>
    public bool IsFromTerminal { get; private set; }

    public static Interruption OfProcess() => new();

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _requested.Dispose();
        _repeated.Dispose();
    }

    private void Receive(PosixSignalContext signal)
    {
        if (!_requested.IsCancellationRequested)
        {
            signal.Cancel = true;
            IsFromTerminal = OperatingSystem.IsWindows() || (signal.Signal == PosixSignal.SIGINT && IsInForeground());
            _requested.Cancel();
            return;
        }

        signal.Cancel = HandlesRepeated && !_repeated.IsCancellationRequested;
        if (signal.Cancel)
        {
            _repeated.Cancel();
        }
    }

    private static bool IsInForeground()
    {
        try
        {
            using SafeFileHandle terminal = File.OpenHandle("/dev/tty", FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return TerminalGroup(terminal) == OwnGroup();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // There is no terminal.
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "getpgrp")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int OwnGroup();

    [DllImport("libc", EntryPoint = "tcgetpgrp")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int TerminalGroup(SafeFileHandle terminal);
}
