using Microsoft.Extensions.Logging;

namespace TypedEvents;

/// <summary>
/// Opens the tracker's outbox: again with backoff after a failure that may pass, and after one that doesn't only when somebody asks for it.
/// Nobody touches the outbox before it is open: its target hasn't been checked until then.
/// </summary>
internal sealed class OutboxInitializer(IEventOutbox outbox, OutboxOpening opening, Backoff backoff, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly object _lock = new();
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private OutboxOpening _opening = opening;
    private TaskCompletionSource<Exception?> _attempt = NewAttempt();
    private TaskCompletionSource<OutboxUnusableException> _unusable = NewUnusable();
    private CancellationTokenSource? _pause;
    private volatile string? _problem;
    private volatile OutboxUnusableException? _failure;
    private long _failedAttempts;

    /// <summary>Whether the outbox is open.</summary>
    public bool IsOpen => _opened.Task.IsCompletedSuccessfully;

    /// <summary>Ends when the outbox is open.</summary>
    public Task Opened => _opened.Task;

    /// <summary>Why the last attempt failed, as long as the outbox isn't open; <see langword="null"/> otherwise.</summary>
    public string? Problem => _problem;

    /// <summary>Why no attempt will succeed, or <see langword="null"/>.</summary>
    public OutboxUnusableException? Failure => _failure;

    /// <summary>The number of attempts that failed.</summary>
    public long FailedAttempts => Interlocked.Read(ref _failedAttempts);

    /// <summary>Ends when it is known that no attempt will succeed.</summary>
    public Task<OutboxUnusableException> Failed
    {
        get
        {
            lock (_lock)
            {
                return _unusable.Task;
            }
        }
    }

    /// <summary>Waits until the outbox is open or an attempt has failed.</summary>
    /// <returns>Whether it is open.</returns>
    public async ValueTask<bool> WaitForFirstAttemptAsync(CancellationToken cancellationToken)
    {
        Task<Exception?> attempt;
        lock (_lock)
        {
            if (IsOpen || _problem is not null)
            {
                return IsOpen;
            }

            attempt = _attempt.Task;
        }

        return await attempt.WaitAsync(cancellationToken).ConfigureAwait(false) is null;
    }

    /// <summary>Waits for an attempt: the one that runs, or the next one, which begins now.</summary>
    /// <returns>Why it failed; <see langword="null"/>: the outbox is open.</returns>
    public Task<Exception?> TryNowAsync()
    {
        lock (_lock)
        {
            if (IsOpen)
            {
                return Task.FromResult<Exception?>(null);
            }

            _pause?.Cancel();
            return _attempt.Task;
        }
    }

    /// <summary>Opens the outbox for another target from now on, if it isn't open yet.</summary>
    public void UseTarget(OutboxTarget target)
    {
        lock (_lock)
        {
            _opening = _opening with { Target = target };
            _pause?.Cancel();
        }
    }

    /// <summary>Runs until the outbox is open, or it is cancelled.</summary>
    /// <param name="onOpened">Is called when the outbox is open.</param>
    /// <param name="cancellationToken">Ends the attempts.</param>
    public async Task RunAsync(Action onOpened, CancellationToken cancellationToken)
    {
        int failures = 0;
        while (!cancellationToken.IsCancellationRequested && await TryOpenAsync(++failures == 1, cancellationToken).ConfigureAwait(false) is { } failure)
        {
            TimeSpan backedOff = backoff.After(failures);
            TimeSpan pause = failure is OutboxUnusableException ? Timeout.InfiniteTimeSpan : backedOff < LongestPause ? backedOff : LongestPause;
            await PauseAsync(pause, failure, cancellationToken).ConfigureAwait(false);
        }

        if (IsOpen)
        {
            onOpened();
        }
    }

    /// <returns>Why it failed; <see langword="null"/>: the outbox is open, or nobody needs it any more.</returns>
    private async ValueTask<Exception?> TryOpenAsync(bool isFirst, CancellationToken cancellationToken)
    {
        OutboxOpening opening;
        lock (_lock)
        {
            opening = _opening;
        }

        try
        {
            await outbox.OpenAsync(opening, cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever goes wrong, the events stay in the buffer and it is tried again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return cancellationToken.IsCancellationRequested ? null : exception;
        }

        lock (_lock)
        {
            _problem = null;
            _failure = null;
            _opened.TrySetResult();
            _attempt.TrySetResult(null);
        }

        if (!isFirst)
        {
            Log.OutboxOpened(logger);
        }

        return null;
    }

    /// <summary>Tells everybody that an attempt has failed, and waits for the next one.</summary>
    private async ValueTask PauseAsync(TimeSpan pause, Exception failure, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _failedAttempts);
        string problem = $"The outbox couldn't be opened: {failure.Message}";
        if (_problem != problem)
        {
            NoteProblem(failure);
        }

        using var waking = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        lock (_lock)
        {
            _problem = problem;
            _failure = failure as OutboxUnusableException;
            if (_failure is not null)
            {
                _unusable.TrySetResult(_failure);
            }
            else if (_unusable.Task.IsCompleted)
            {
                _unusable = NewUnusable();
            }

            _pause = waking;
            _attempt.TrySetResult(failure);
            _attempt = NewAttempt();
        }

        await Task.Delay(pause, clock, waking.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
        {
            _pause = null;
        }
    }

    private void NoteProblem(Exception failure)
    {
        if (failure is OutboxUnusableException)
        {
            Log.OutboxUnusable(logger, failure);
        }
        else
        {
            Log.OutboxNotOpened(logger, failure);
        }
    }

    private static TaskCompletionSource<Exception?> NewAttempt() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static TaskCompletionSource<OutboxUnusableException> NewUnusable() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
