using System.Diagnostics;
using System.Globalization;

namespace TypedEvents.Stress;

/// <summary>A child process and its output.</summary>
internal sealed class ChildProcess : IDisposable
{
    private static readonly int ExitCodeOfKilled = OperatingSystem.IsWindows() ? -1 : 128 + 9;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly Task _reading;
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiting = [];

    private int _acknowledgements;

    private ChildProcess(Process process)
    {
        _process = process;
        _reading = ReadAsync();
    }

    public bool HasExited => _process.HasExited;

    public static ChildProcess Start(ChildHost host, string role, params string[] arguments)
    {
        var start = new ProcessStartInfo(host.FileName) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (string argument in (string[])[.. host.FirstArguments, role, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        return new ChildProcess(Process.Start(start) ?? throw new InvalidOperationException($"{host.FileName} could not be started."));
    }

    /// <summary>Waits until the process has printed a number of acknowledgements, or has ended.</summary>
    public Task WaitForAcknowledgementsAsync(int count)
    {
        lock (_lock)
        {
            if (_acknowledgements >= count || _reading.IsCompleted)
            {
                return Task.CompletedTask;
            }

            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((count, reached));
            return Task.WhenAny(reached.Task, _reading).WaitAsync(Patience);
        }
    }

    /// <summary>Kills the process (SIGKILL), so that it can't clean up.</summary>
    /// <returns>All lines that it printed.</returns>
    public Task<IReadOnlyList<string>> KillAsync()
    {
        _process.Kill();
        return WaitUntilKilledAsync();
    }

    /// <summary>Waits until the process kills itself, and kills it if it doesn't.</summary>
    /// <inheritdoc cref="KillAsync"/>
    public async Task<IReadOnlyList<string>> KillUnlessKilledAsync(TimeSpan patience)
    {
        await Task.WhenAny(_reading, Task.Delay(patience));
        return await KillAsync();
    }

    /// <summary>Suspends the process (SIGSTOP), as if its host was.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP");

    /// <summary>Lets a suspended process continue (SIGCONT).</summary>
    public Task ThawAsync() => SignalAsync("-CONT");

    /// <summary>Asks the process to stop, and waits until it has.</summary>
    /// <inheritdoc cref="KillAsync"/>
    public async Task<IReadOnlyList<string>> StopAsync()
    {
        await _process.StandardInput.WriteLineAsync(ChildInput.Stop);
        return await WaitUntilEndedAsync();
    }

    /// <summary>Waits until the process is killed, for example by itself.</summary>
    /// <inheritdoc cref="KillAsync"/>
    public async Task<IReadOnlyList<string>> WaitUntilKilledAsync()
    {
        IReadOnlyList<string> lines = await ReadToEndAsync();
        return _process.ExitCode == ExitCodeOfKilled
            ? lines
            : throw new InvalidOperationException($"The process was not killed, but ended with exit code {_process.ExitCode}.");
    }

    /// <summary>Waits until the process ends with exit code 0.</summary>
    /// <inheritdoc cref="KillAsync"/>
    public async Task<IReadOnlyList<string>> WaitUntilEndedAsync()
    {
        IReadOnlyList<string> lines = await ReadToEndAsync();
        return _process.ExitCode == 0 ? lines : throw new InvalidOperationException($"The process ended with exit code {_process.ExitCode}.");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            // Until the process has ended it keeps its files open, and their file system can't be unmounted.
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync().WaitAsync(Patience);
    }

    private async Task<IReadOnlyList<string>> ReadToEndAsync()
    {
        await _reading.WaitAsync(Patience);
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _lines;
    }

    private async Task ReadAsync()
    {
        await Task.Yield();
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            lock (_lock)
            {
                _lines.Add(line);
                _acknowledgements += ChildLine.IsAcknowledgement(line) ? 1 : 0;
                foreach ((int count, TaskCompletionSource reached) in _waiting)
                {
                    if (count <= _acknowledgements)
                    {
                        reached.TrySetResult();
                    }
                }
            }
        }
    }
}
