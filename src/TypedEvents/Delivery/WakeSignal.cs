namespace TypedEvents;

/// <summary>Wakes one background loop: when it is set, or when the time is up by the tracker's clock. It may wake too often, never too seldom.</summary>
internal sealed class WakeSignal : IDisposable
{
    private readonly object _lock = new();
    private readonly ITimer _timer;
    private TaskCompletionSource? _waiting;
    private bool _isSet;

    public WakeSignal(TimeProvider clock) =>
        _timer = clock.CreateTimer(static signal => ((WakeSignal)signal!).Set(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Set()
    {
        TaskCompletionSource? waiting;
        lock (_lock)
        {
            waiting = _waiting;
            _waiting = null;
            _isSet = waiting is null;
        }

        waiting?.SetResult();
    }

    /// <param name="timeout">How long at most; <see cref="Timeout.InfiniteTimeSpan"/> without a limit.</param>
    /// <param name="cancellationToken">Ends the waiting without an exception.</param>
    public async Task WaitAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        TaskCompletionSource waiting;
        lock (_lock)
        {
            if (_isSet)
            {
                _isSet = false;
                return;
            }

            waiting = _waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        using CancellationTokenRegistration registration = cancellationToken.Register(static signal => ((WakeSignal)signal!).Set(), this);
        _timer.Change(timeout, Timeout.InfiniteTimeSpan);
        await waiting.Task.ConfigureAwait(false);
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();
}
