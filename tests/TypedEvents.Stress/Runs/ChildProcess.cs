using System.Diagnostics;

namespace TypedEvents.Stress;

/// <summary>A child process and what it says.</summary>
internal sealed class ChildProcess : IDisposable
{
    private const int ExitCodeOfKilled = 128 + 9;

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

        return new ChildProcess(Process.Start(start) ?? throw new InvalidOperationException($"{host.FileName} doesn't start."));
    }

    /// <summary>Waits until it has said so many acknowledgements, or is gone.</summary>
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

    /// <summary>Kills it (SIGKILL): it gets no chance to do anything.</summary>
    /// <returns>All that it said.</returns>
    public Task<IReadOnlyList<string>> KillAsync()
    {
        _process.Kill();
        return WaitUntilKilledAsync();
    }

    /// <summary>Waits until it kills itself, and kills it if it doesn't.</summary>
    /// <inheritdoc cref="KillAsync"/>
    public async Task<IReadOnlyList<string>> KillUnlessKilledAsync(TimeSpan patience)
    {
        await Task.WhenAny(_reading, Task.Delay(patience));
        return await KillAsync();
    }

    /// <summary>Asks it to stop in order, and waits until it has.</summary>
    /// <inheritdoc cref="KillAsync"/>
    public async Task<IReadOnlyList<string>> StopAsync()
    {
        await _process.StandardInput.WriteLineAsync(ChildInput.Stop);
        return await WaitUntilEndedAsync();
    }

    /// <summary>Waits until it is killed, such as by itself.</summary>
    /// <inheritdoc cref="KillAsync"/>
    public async Task<IReadOnlyList<string>> WaitUntilKilledAsync()
    {
        IReadOnlyList<string> lines = await ReadToEndAsync();
        return _process.ExitCode == ExitCodeOfKilled
            ? lines
            : throw new InvalidOperationException($"The process wasn't killed, but ended with {_process.ExitCode}.");
    }

    /// <summary>Waits until it ends in order.</summary>
    /// <inheritdoc cref="KillAsync"/>
    public async Task<IReadOnlyList<string>> WaitUntilEndedAsync()
    {
        IReadOnlyList<string> lines = await ReadToEndAsync();
        return _process.ExitCode == 0 ? lines : throw new InvalidOperationException($"The process ended with {_process.ExitCode}.");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            // Until it is gone it holds its files, and the file system that they are on.
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
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
