namespace TypedEvents;

/// <content>Flushing and stopping: both say what became of every event.</content>
public sealed partial class EventTracker
{
    private readonly object _stopLock = new();
    private readonly CancellationTokenSource _hurry = new();
    private Task<FlushResult>? _stopped;

    /// <inheritdoc/>
    public async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (GetStopped() is { } stopped)
        {
            return await stopped.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        using var timeout = new CancellationTokenSource(_options.FlushTimeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        FlushOutcome outcome = await SettleAllAsync(either.Token).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (GetStopped() is { } stoppedMeanwhile)
        {
            return await stoppedMeanwhile.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        OutboxAccount account = await _outbox.GetAccountAsync(cancellationToken).ConfigureAwait(false);
        return new FlushResult(outcome, Statistics, account, outcome == FlushOutcome.Settled ? null : _delivery.Problem);
    }

    /// <summary>
    /// Takes no event any more, delivers what is there until it is settled, can't be settled now, or <c>ShutdownTimeout</c> is
    /// over, and ends. What is left then stays in a durable outbox, and is discarded and counted with a memory outbox.
    /// </summary>
    /// <param name="cancellationToken">Ends the delivering at once; the account is returned all the same.</param>
    /// <returns>The last account. A second call gives the same.</returns>
    public async ValueTask<FlushResult> StopAsync(CancellationToken cancellationToken = default)
    {
        Task<FlushResult> stopped;
        lock (_stopLock)
        {
            stopped = _stopped ??= Task.Run(StopOnceAsync, CancellationToken.None);
        }

        using (cancellationToken.Register(_hurry.Cancel))
        {
            return await stopped.ConfigureAwait(false);
        }
    }

    /// <summary>Stops as <see cref="StopAsync"/> does, and logs what is left.</summary>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private Task<FlushResult>? GetStopped()
    {
        lock (_stopLock)
        {
            return _stopped;
        }
    }

    private async Task<FlushResult> StopOnceAsync()
    {
        _buffer.Close();
        FlushOutcome outcome;
        using (var timeout = new CancellationTokenSource(_options.ShutdownTimeout, _clock))
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _hurry.Token))
        {
            _delivery.RetryNow();
            outcome = await SettleAllOrGiveUpAsync(either.Token).ConfigureAwait(false);

            // Where nothing can be delivered, the outbox still has to get all.
            await WaitUntilAppendedAsync(either.Token).ConfigureAwait(false);
        }

        await _ending.CancelAsync().ConfigureAwait(false);
        try
        {
            await _appending.ConfigureAwait(false);
            await _delivering.ConfigureAwait(false);
            OutboxAccount account = await CloseOutboxAsync().ConfigureAwait(false);
            var result = new FlushResult(outcome, Statistics, account, outcome == FlushOutcome.Settled ? null : _delivery.Problem);
            LogRest(result);
            return result;
        }
        finally
        {
            _metrics.Dispose();
            _appender.Dispose();
            _delivery.Dispose();
            _api.Dispose();
        }
    }

    private async Task<OutboxAccount> CloseOutboxAsync()
    {
        try
        {
            return await _outbox.CloseAsync().ConfigureAwait(false);
        }
        finally
        {
            await _outbox.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>An outbox that throws must not keep the tracker from ending.</summary>
    private async Task<FlushOutcome> SettleAllOrGiveUpAsync(CancellationToken timeout)
    {
        try
        {
            return await SettleAllAsync(timeout).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever the outbox throws: what is left is in the last account.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.DeliveryFaulted(_logger, exception);
            return FlushOutcome.Blocked;
        }
    }

    /// <summary>Waits until all that was tracked before is settled. The token's end is the time-out.</summary>
    private async Task<FlushOutcome> SettleAllAsync(CancellationToken timeout)
    {
        FlushWaiter waiter = _delivery.BeginFlush();
        try
        {
            Task appended = _appender.FlushAsync();
            if (await Task.WhenAny(appended, waiter.Outcome).WaitAsync(timeout).ConfigureAwait(false) == appended)
            {
                OutboxPositions positions = await _outbox.GetPositionsAsync(timeout).ConfigureAwait(false);
                _delivery.SetTarget(waiter, positions.LastAppended);
            }

            return await waiter.Outcome.WaitAsync(timeout).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return FlushOutcome.TimedOut;
        }
        finally
        {
            _delivery.EndFlush(waiter);
        }
    }

    private async Task WaitUntilAppendedAsync(CancellationToken timeout)
    {
        try
        {
            await _appender.FlushAsync().WaitAsync(timeout).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The appender makes a last attempt when it is ended.
        }
    }

    private void LogRest(FlushResult result)
    {
        if (result.Outbox.Pending + result.Outbox.Discarded.LeftOver + result.Tracker.Dropped.NotKept > 0)
        {
            Log.StoppedWithRest(
                _logger,
                result.Outbox.Pending,
                result.Outbox.Discarded.LeftOver,
                result.Tracker.Dropped.NotKept,
                result.Problem);
        }
    }
}
