using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace TypedEvents;

/// <summary>Sends events and says what came back.</summary>
internal delegate Task<EngageAnswer> ReportSender(IReadOnlyList<ReadOnlyMemory<byte>> events, CancellationToken cancellationToken);

/// <summary>
/// Reads events from the outbox, sends them and settles them, one request at a time. It is the one owner of retry: every way out
/// of a request leaves its events settled or pending.
/// </summary>
internal sealed class DeliveryLoop : IDisposable
{
    private static readonly TimeSpan ClaimInterval = TimeSpan.FromSeconds(1);

    private readonly IEventOutbox _outbox;
    private readonly ReportSender _send;
    private readonly Uri _address;
    private readonly DeliverySettings _settings;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Action _onSettled;
    private readonly Backoff _backoff = new(Random.Shared);
    private readonly DeliveryBatch _batch;
    private readonly WakeSignal _wake;
    private readonly object _lock = new();
    private readonly List<FlushWaiter> _flushes = [];

    private IOutboxClaim? _claim;
    private long _batchBegan;
    private int _failuresInARow;
    private long _failedAt;
    private TimeSpan _pause;
    private bool _isFaulted;
    private bool _hasEnded;
    private volatile bool _isBlocked;
    private volatile bool _isRetryWanted;
    private volatile string? _problem;

    /// <param name="outbox">Where the events are.</param>
    /// <param name="send">One attempt.</param>
    /// <param name="address">Where to, for messages.</param>
    /// <param name="settings">How.</param>
    /// <param name="clock">The clock of all waiting.</param>
    /// <param name="logger">The log.</param>
    /// <param name="onSettled">Is called when the outbox may have room again.</param>
    public DeliveryLoop(
        IEventOutbox outbox,
        ReportSender send,
        Uri address,
        DeliverySettings settings,
        TimeProvider clock,
        ILogger logger,
        Action onSettled)
    {
        _outbox = outbox;
        _send = send;
        _address = address;
        _settings = settings;
        _clock = clock;
        _logger = logger;
        _onSettled = onSettled;
        _batch = new DeliveryBatch(settings);
        _wake = new WakeSignal(clock);
    }

    /// <summary>What keeps events from being delivered and what to check, or <see langword="null"/>.</summary>
    public string? Problem => _problem;

    /// <summary>The outbox has more events.</summary>
    public void Wake() => _wake.Set();

    /// <summary>Ends a pause after failures: what caused them may be mended.</summary>
    public void RetryNow()
    {
        _isRetryWanted = true;
        _wake.Set();
    }

    /// <summary>Begins to hurry: what is there is sent at once, full batch or not, until the waiter leaves.</summary>
    public FlushWaiter BeginFlush()
    {
        var waiter = new FlushWaiter();
        lock (_lock)
        {
            if (_hasEnded)
            {
                waiter.Complete(FlushOutcome.TimedOut);
            }

            _flushes.Add(waiter);
        }

        _wake.Set();
        return waiter;
    }

    /// <summary>The outbox has all that is waited for.</summary>
    public void SetTarget(FlushWaiter waiter, long target)
    {
        waiter.Target = target;
        _wake.Set();
    }

    public void EndFlush(FlushWaiter waiter)
    {
        lock (_lock)
        {
            _flushes.Remove(waiter);
        }
    }

    /// <summary>Runs until it is cancelled; a request that is in flight then is cut off, and its events stay in the outbox.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await StepAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
#pragma warning disable CA1031 // Whatever goes wrong, the events stay in the outbox and are tried again.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Log.DeliveryFaulted(_logger, exception);
                _problem = exception.Message;
                _isFaulted = true;
                Pause(null);
            }
        }

        if (_claim is not null)
        {
            await _claim.DisposeAsync().ConfigureAwait(false);
        }

        lock (_lock)
        {
            _hasEnded = true;
        }

        foreach (FlushWaiter flush in SnapshotFlushes())
        {
            flush.Complete(FlushOutcome.TimedOut);
        }
    }

    public void Dispose() => _wake.Dispose();

    private async Task StepAsync(CancellationToken cancellationToken)
    {
        if (_isFaulted && TimeUntilFaultIsOver() is var pause && pause > TimeSpan.Zero)
        {
            await _wake.WaitAsync(pause, cancellationToken).ConfigureAwait(false);
            return;
        }

        _isFaulted = false;
        await CompleteFlushesAsync(cancellationToken).ConfigureAwait(false);
        if (!await TryHoldClaimAsync(cancellationToken).ConfigureAwait(false))
        {
            await _wake.WaitAsync(ClaimInterval, cancellationToken).ConfigureAwait(false);
            return;
        }

        bool wasEmpty = _batch.Events.Count == 0;
        await _batch.FillAsync(_claim!, cancellationToken).ConfigureAwait(false);
        if (wasEmpty)
        {
            _batchBegan = _clock.GetTimestamp();
        }

        TimeSpan wait = TimeUntilNextAttempt();
        if (wait == TimeSpan.Zero)
        {
            await SendAsync(cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await _wake.WaitAsync(wait, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<bool> TryHoldClaimAsync(CancellationToken cancellationToken)
    {
        if (_claim is { Lost.IsCancellationRequested: true })
        {
            await _claim.DisposeAsync().ConfigureAwait(false);
            _claim = null;
            _batch.Reset();
        }

        _claim ??= await _outbox.TryClaimAsync(cancellationToken).ConfigureAwait(false);
        return _claim is not null;
    }

    /// <summary>An outbox that throws isn't asked again at once, whatever wakes the loop meanwhile.</summary>
    private TimeSpan TimeUntilFaultIsOver()
    {
        if (_isRetryWanted)
        {
            _isRetryWanted = false;
            _pause = TimeSpan.Zero;
        }

        return Remaining(_pause, _failedAt);
    }

    private TimeSpan TimeUntilNextAttempt()
    {
        if (_batch.Events.Count == 0)
        {
            return Timeout.InfiniteTimeSpan;
        }

        if (_failuresInARow > 0)
        {
            return _isRetryWanted ? TimeSpan.Zero : Remaining(_pause, _failedAt);
        }

        return _batch.IsFull || IsFlushing ? TimeSpan.Zero : Remaining(_settings.FlushInterval, _batchBegan);
    }

    private TimeSpan Remaining(TimeSpan span, long since)
    {
        TimeSpan remaining = span - _clock.GetElapsedTime(since);
        return remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;
    }

    private bool IsFlushing
    {
        get
        {
            lock (_lock)
            {
                return _flushes.Count > 0;
            }
        }
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        _isRetryWanted = false;
        using Activity? activity = TypedEventsTelemetry.ActivitySource.StartActivity("report events", ActivityKind.Client);
        activity?.SetTag("typedevents.events", _batch.Events.Count);
        EngageAnswer answer = await _send(_batch.Json, cancellationToken).ConfigureAwait(false);
        activity?.SetTag("http.response.status_code", (int?)answer.Status);
        activity?.SetTag("typedevents.code", answer.Code);

        switch (AnswerTable.Read(answer))
        {
            case AnswerMeaning.Accepted:
                await SettleAsync(cancellationToken).ConfigureAwait(false);
                break;
            case AnswerMeaning.Failed:
                NoteProblem(answer, isBlocked: false);
                activity?.SetStatus(ActivityStatusCode.Error, _problem);
                break;
            case AnswerMeaning.Blocked:
                NoteProblem(answer, isBlocked: true);
                activity?.SetStatus(ActivityStatusCode.Error, _problem);
                break;
            case AnswerMeaning.Nothing:
                _isRetryWanted = true;
                break;
        }
    }

    private async Task SettleAsync(CancellationToken cancellationToken)
    {
        NoteSuccess();
        if (await _claim!.SettleDeliveredAsync(_batch.Events, cancellationToken).ConfigureAwait(false))
        {
            _batch.Clear();
        }

        _onSettled();
    }

    private void NoteSuccess()
    {
        if (_failuresInARow > 0)
        {
            Log.DeliveryRecovered(_logger);
        }

        _failuresInARow = 0;
        _isBlocked = false;
        _problem = null;
    }

    private void NoteProblem(EngageAnswer answer, bool isBlocked)
    {
        string problem = answer.Describe(_address);
        if (problem != _problem)
        {
            if (isBlocked)
            {
                Log.DeliveryBlocked(_logger, problem, answer.Exception);
            }
            else
            {
                Log.DeliveryFailed(_logger, problem, answer.Exception);
            }
        }

        _problem = problem;
        _isBlocked = isBlocked;
        Pause(answer.RetryAfter);
    }

    private void Pause(TimeSpan? retryAfter)
    {
        _failuresInARow++;
        _failedAt = _clock.GetTimestamp();
        _pause = _backoff.After(_failuresInARow, retryAfter);
    }

    private async ValueTask CompleteFlushesAsync(CancellationToken cancellationToken)
    {
        // First what is waited for, then what is pending: the other way round, events that were appended in between would be
        // waited for and not be seen pending, as if they were settled.
        (FlushWaiter Waiter, long? Target)[] flushes = [.. SnapshotFlushes().Select(waiter => (waiter, waiter.Target))];
        if (flushes.Length == 0)
        {
            return;
        }

        OutboxPositions positions = await _outbox.GetPositionsAsync(cancellationToken).ConfigureAwait(false);
        foreach ((FlushWaiter flush, long? last) in flushes)
        {
            if (last is { } target && !(positions.OldestPending <= target))
            {
                flush.Complete(FlushOutcome.Settled);
            }
            else if (_isBlocked && !_isRetryWanted)
            {
                flush.Complete(FlushOutcome.Blocked);
            }
        }
    }

    private FlushWaiter[] SnapshotFlushes()
    {
        lock (_lock)
        {
            return [.. _flushes];
        }
    }
}
