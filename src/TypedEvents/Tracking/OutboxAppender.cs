using Microsoft.Extensions.Logging;

namespace TypedEvents;

/// <summary>
/// Hands the buffer's events over to the outbox: within 10 ms of the first event, by a timer that <c>Track</c> only arms; at once for
/// callers of <c>TrackAsync</c> and when the buffer is half full. A block that the outbox doesn't accept stays in the buffer.
/// </summary>
internal sealed class OutboxAppender : IDisposable
{
    private static readonly TimeSpan HandOverInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>The ticks without an event after which the timer stops: one second.</summary>
    private const int MaxIdleTicks = 100;

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastAttemptTimeout = TimeSpan.FromMilliseconds(500);

    private readonly EventBuffer _buffer;
    private readonly IEventOutbox _outbox;
    private readonly OutboxInitializer _initializer;
    private readonly ILogger _logger;
    private readonly Action _onAppended;
    private readonly WakeSignal _wake;
    private readonly ITimer _timer;
    private readonly List<BufferStripe> _stripes = [];
    private readonly List<EventBlock> _blocks = [];
    private readonly object _lock = new();
    private readonly List<TaskCompletionSource> _flushesOfRound = [];
    private TaskCompletionSource? _flush;
    private int _isDue;
    private int _isTicking;
    private int _idleTicks;
    private volatile string? _problem;
    private volatile bool _hasUnkept;

    /// <param name="buffer">Where from.</param>
    /// <param name="outbox">Where to.</param>
    /// <param name="initializer">Says when the outbox is open.</param>
    /// <param name="logger">The log.</param>
    /// <param name="onAppended">Is called when the outbox has more.</param>
    /// <param name="observer">Is told when it is at work, in tests.</param>
    public OutboxAppender(
        EventBuffer buffer,
        IEventOutbox outbox,
        OutboxInitializer initializer,
        ILogger logger,
        Action onAppended,
        WorkObserver? observer = null)
    {
        _buffer = buffer;
        _outbox = outbox;
        _initializer = initializer;
        _logger = logger;
        _onAppended = onAppended;
        _wake = new WakeSignal(buffer.Clock, observer);
        _timer = DetachedContext.CreateTimer(buffer.Clock, static appender => ((OutboxAppender)appender!).OnTimer(), this);
    }

    /// <summary>Why the outbox doesn't take what is in the buffer; <see langword="null"/> while it does.</summary>
    public string? Problem => _problem;

    /// <summary>Requests a hand-over soon, or now if the buffer is half full.</summary>
    public void Arm()
    {
        if (_buffer.IsHalfFull)
        {
            _wake.Set();
        }
        else
        {
            Interlocked.Exchange(ref _isDue, 1);
            StartTicking();
        }
    }

    /// <summary>Requests a hand-over now.</summary>
    public void Wake() => _wake.Set();

    /// <summary>Hands over on this thread, if the appender is waiting: for the case that no other thread is free.</summary>
    public void RunHere() => _wake.RunHere();

    /// <summary>Notes that the outbox may have room again for events that it didn't accept.</summary>
    public void NoteRoom()
    {
        if (_hasUnkept)
        {
            _wake.Set();
        }
    }

    /// <summary>Hands over all events that are in the buffer now; completes when the outbox has them.</summary>
    public Task FlushAsync()
    {
        Task flushed;
        lock (_lock)
        {
            _flush ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            flushed = _flush.Task;
        }

        _wake.Set();
        return flushed;
    }

    /// <summary>
    /// Runs until it is cancelled, then makes a last attempt. Events that the outbox doesn't accept then are counted as dropped at shutdown.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration ending = cancellationToken.UnsafeRegister(static wake => ((WakeSignal)wake!).Set(), _wake);
        while (!cancellationToken.IsCancellationRequested)
        {
            bool isDone = await HandOverAsync(cancellationToken).ConfigureAwait(false);
            await _wake.WakeAfter(isDone ? Timeout.InfiniteTimeSpan : RetryInterval);
        }

        using var timeout = new CancellationTokenSource(LastAttemptTimeout, _buffer.Clock);
        await HandOverAsync(timeout.Token).ConfigureAwait(false);
        SealBuffer();
        for (int i = 0; i < _blocks.Count; i++)
        {
            _buffer.Complete(_stripes[i], _blocks[i], isAppended: false);
        }

        BeginFlushes();
        EndFlushes();
        _wake.End();
    }

    public void Dispose()
    {
        _timer.Dispose();
        _wake.Dispose();
    }

    private void OnTimer()
    {
        if (Interlocked.Exchange(ref _isDue, 0) != 0)
        {
            _idleTicks = 0;
            _wake.Set();
        }
        else if (++_idleTicks >= MaxIdleTicks)
        {
            _idleTicks = 0;
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Interlocked.Exchange(ref _isTicking, 0);

            // A caller of Arm may have seen the timer ticking in between.
            if (Volatile.Read(ref _isDue) != 0)
            {
                StartTicking();
            }
        }
    }

    /// <summary>
    /// Starting a timer wakes a thread, which is expensive for the caller of <c>Track</c>: so it keeps ticking while events are tracked.
    /// </summary>
    private void StartTicking()
    {
        if (Volatile.Read(ref _isTicking) == 0 && Interlocked.CompareExchange(ref _isTicking, 1, 0) == 0)
        {
            _timer.Change(HandOverInterval, HandOverInterval);
        }
    }

    /// <returns>Whether the outbox has all that was in the buffer.</returns>
    private async ValueTask<bool> HandOverAsync(CancellationToken cancellationToken)
    {
        BeginFlushes();
        SealBuffer();

        // Before the attempt, so that room that is made while it fails isn't missed.
        _hasUnkept = _blocks.Count > 0;
        int taken = _blocks.Count == 0 || !_initializer.IsOpen ? 0 : await AppendAsync(cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < taken; i++)
        {
            _buffer.Complete(_stripes[i], _blocks[i], isAppended: true);
        }

        if (taken > 0)
        {
            _onAppended();
            PrepareForCallers(taken);
        }

        if (taken < _blocks.Count)
        {
            return false;
        }

        _hasUnkept = false;
        EndFlushes();
        return true;
    }

    /// <summary>Allocates blocks and gets random bytes here, so that callers of <c>Track</c> don't have to.</summary>
    private void PrepareForCallers(int handedOver)
    {
        try
        {
            _buffer.Prepare(handedOver);
            RandomId.Refill();
        }
#pragma warning disable CA1031 // Callers then do it themselves, and the hand-over must go on.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    private void SealBuffer()
    {
        _stripes.Clear();
        _blocks.Clear();
        _buffer.Seal(_stripes, _blocks);
    }

    /// <returns>The number of blocks that the outbox accepted.</returns>
    private async ValueTask<int> AppendAsync(CancellationToken cancellationToken)
    {
        try
        {
            int taken = await _outbox.AppendAsync(_blocks, cancellationToken).ConfigureAwait(false);
            if (taken < _blocks.Count)
            {
                NoteFailure(null);
            }
            else
            {
                NoteSuccess();
            }

            return taken;
        }
#pragma warning disable CA1031 // Whatever goes wrong, the blocks stay in the buffer and are tried again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                NoteFailure(exception);
            }

            return 0;
        }
    }

    /// <summary>Flushes that are requested from now on belong to the next round: their events may miss this one.</summary>
    private void BeginFlushes()
    {
        lock (_lock)
        {
            if (_flush is not null)
            {
                _flushesOfRound.Add(_flush);
                _flush = null;
            }
        }
    }

    private void EndFlushes()
    {
        foreach (TaskCompletionSource flush in _flushesOfRound)
        {
            flush.SetResult();
        }

        _flushesOfRound.Clear();
    }

    private void NoteFailure(Exception? exception)
    {
        bool isKnown = _problem is not null;
        _problem = exception is null
            ? "The outbox has no room for more events: check whether events are delivered, or raise its limit."
            : $"Appending to the outbox failed: {exception.Message}";
        if (isKnown)
        {
            return;
        }

        if (exception is null)
        {
            Log.OutboxFull(_logger);
        }
        else
        {
            Log.AppendFailed(_logger, exception);
        }
    }

    private void NoteSuccess()
    {
        if (_problem is not null)
        {
            _problem = null;
            Log.AppendRecovered(_logger);
        }
    }
}
