using System.Diagnostics;

namespace TypedEvents;

/// <content>Draining and stopping. Both report what happened to every event.</content>
public sealed partial class EventTracker
{
    /// <summary>After this time without a free pool thread, the work runs on a thread of its own.</summary>
    private static readonly TimeSpan PatienceWithPool = TimeSpan.FromMilliseconds(250);

    /// <summary>The time after the deadline that the last hand-over and the last settlements have together.</summary>
    private static readonly TimeSpan GraceTime = TimeSpan.FromSeconds(2);

    /// <summary>How often a clock that isn't the system's is looked at while the stop waits: nothing wakes it when that clock jumps.</summary>
    private static readonly TimeSpan ClockInterval = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan ShortestRetryInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestRetryInterval = TimeSpan.FromSeconds(1);

    /// <summary>The time that a stop has at least after a drain that took it all, so that the outbox gets what was tracked meanwhile.</summary>
    private static readonly TimeSpan LeastStopTime = TimeSpan.FromSeconds(1);

    private readonly object _stopLock = new();
    private readonly CancellationTokenSource _hurry = new();
    private Task<FlushResult>? _stopped;
    private long? _shutdownBegan;

    /// <summary>
    /// Delivers the pending events when the application is about to end, as <see cref="StopAsync"/> does, and leaves the tracker open for services that
    /// still track: a host calls it when everything else has stopped, and stops the tracker by disposing it. The drain and the stop share
    /// <c>ShutdownTimeout</c>: it starts with the first drain, and the stop gets the remaining time, at least 1 second.
    /// </summary>
    /// <param name="cancellationToken">Ends the delivery; buffered events are handed over to the outbox all the same.</param>
    /// <returns>Whether everything that was tracked before is settled. It doesn't throw.</returns>
    public async ValueTask<FlushResult> DrainAsync(CancellationToken cancellationToken = default)
    {
        if (GetStopped() is { } stopped)
        {
            return await stopped.ConfigureAwait(false);
        }

        if (_isDisabled)
        {
            return ToResult(FlushOutcome.Settled, null, null);
        }

        TimeSpan time = BeginShutdown(isStop: false);
        _api.BeginEnd(time);
        using var timeout = new CancellationTokenSource(time, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken, _ending.Token);
        FlushEnd end;
        using (_outbox.IsDurable && _initializer.IsOpen ? null : RetryAgainAndAgain())
        {
            RetryNow();
            end = await SettleAllAsync(isLast: true, either.Token).ConfigureAwait(false);
        }

        // Even if nothing can be delivered, the outbox must get all events.
        await _appender.FlushAsync().WaitAsync(LeastStopTime, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (GetStopped() is { } stoppedMeanwhile)
        {
            return await stoppedMeanwhile.ConfigureAwait(false);
        }

        string? problem = end.Fault ?? DescribeProblem(end.Outcome, nameof(EventTrackerOptions.ShutdownTimeout));
        OutboxStatistics? statistics = await ReadStatisticsAsync(CancellationToken.None).ConfigureAwait(false);
        return ToResult(end.Outcome, statistics ?? LastStatistics(ref problem), problem);
    }

    /// <summary>
    /// Accepts no more events, delivers the pending ones until they are settled, can't be settled now, or <c>ShutdownTimeout</c>
    /// expires, and ends. The remaining events stay in a durable outbox; a memory outbox discards and counts them. So with a memory outbox it
    /// keeps trying until the timeout, even if the server can't be reached or the credentials are rejected.
    /// </summary>
    /// <remarks>
    /// It doesn't throw: failures are logged and are part of the result. The timeout is kept, and buffered events are handed over to the
    /// outbox, even if the thread pool has no free thread; sending needs one.
    /// </remarks>
    /// <param name="cancellationToken">Ends the delivery at once; the statistics are returned in any case.</param>
    /// <returns>The last statistics. Further calls return the same.</returns>
    public ValueTask<FlushResult> StopAsync(CancellationToken cancellationToken = default)
    {
        Task<FlushResult> stopped = BeginStop();
        CancellationTokenRegistration hurrying = cancellationToken.UnsafeRegister(static hurry => ((CancellationTokenSource)hurry!).Cancel(), _hurry);
        stopped.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(hurrying.Dispose);
        return new(stopped);
    }

    /// <summary>Stops as <see cref="StopAsync"/> does, and logs how many events remain.</summary>
    public ValueTask DisposeAsync() => new(BeginStop());

    /// <summary>
    /// Stops as <see cref="StopAsync"/> does, for a container that is disposed synchronously. It blocks the thread for <c>ShutdownTimeout</c> and a few
    /// seconds of real time at most, and needs neither a thread of the pool nor the thread's synchronization context.
    /// </summary>
    void IDisposable.Dispose()
    {
        Task<FlushResult> stopped = BeginStop();
        if (!TryWait(stopped, _options.ShutdownTimeout + GraceTime))
        {
            // The tracker's own clock stands still, or something that is plugged in hangs.
            _hurry.Cancel();
            TryWait(stopped, GraceTime + GraceTime);
        }
    }

    private Task<FlushResult>? GetStopped()
    {
        lock (_stopLock)
        {
            return _stopped;
        }
    }

    /// <summary>
    /// The stop runs on its own thread: it must meet its deadline even if all threads of the pool are blocked, as when each of
    /// them waits for something that ends with the process.
    /// </summary>
    private Task<FlushResult> BeginStop()
    {
        lock (_stopLock)
        {
            if (_stopped is null)
            {
                var stopped = new TaskCompletionSource<FlushResult>();
                _stopped = stopped.Task;
                new Thread(() => Stop(stopped)) { IsBackground = true, Name = "TypedEvents: stop" }.UnsafeStart();
            }

            return _stopped;
        }
    }

    private void Stop(TaskCompletionSource<FlushResult> stopped)
    {
        FlushResult result = StopOrGiveUp();

        // The awaiting code continues on a thread of the pool, or on this one if none is free.
        ThreadPool.UnsafeQueueUserWorkItem(static end => end.Stopped.TrySetResult(end.Result), (Stopped: stopped, Result: result), preferLocal: false);
        if (!TryWait(stopped.Task, PatienceWithPool))
        {
            stopped.TrySetResult(result);
        }
    }

    /// <summary>What is plugged in (an outbox, a clock, a handler) may throw anywhere, and an exception on this thread would end the process.</summary>
    private FlushResult StopOrGiveUp()
    {
        try
        {
            return Stop();
        }
#pragma warning disable CA1031 // As above.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.StopFailed(_logger, exception);
            CancelLoops();
            RemoveFromMetrics();
            string? problem = $"The stop failed with {exception.GetType()}: {exception.Message}";
            return ToResult(FlushOutcome.Blocked, LastStatistics(ref problem), problem);
        }
    }

    private void RemoveFromMetrics()
    {
        try
        {
            _metrics.Dispose();
        }
#pragma warning disable CA1031 // It reads the tracker's clock, which may be what has failed.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    private FlushResult Stop()
    {
        _buffer.Close();
        if (_isDisabled)
        {
            string? failure = null;
            DisposeOutbox(_clock.GetTimestamp(), ref failure);
            _metrics.Dispose();
            DisposeParts();
            return ToResult(FlushOutcome.Settled, null, failure);
        }

        TimeSpan time = BeginShutdown(isStop: true);
        _api.BeginEnd(time);
        long began = _clock.GetTimestamp();
        FlushEnd end;
        using (var timeout = new CancellationTokenSource(time, _clock))
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _hurry.Token))
        using (ITimer? retrying = _outbox.IsDurable && _initializer.IsOpen ? null : RetryAgainAndAgain())
        {
            RetryNow();
            Task<FlushEnd> settled = SettleAllAsync(isLast: true, either.Token);
            Task appended = _appender.FlushAsync();
            if (!TryWait(appended, PatienceWithPool))
            {
                RunOnOwnThread(_appender.RunHere);
            }

            end = TryWait(settled, began, time, _hurry.Token) ? settled.Result : new FlushEnd(OutcomeAtDeadline());

            // Even if nothing can be delivered, the outbox must get all events.
            TryWait(appended, began, time, either.Token);
            TryWait(_targets.Added, began, time, either.Token);
            Cancel(either);
        }

        string? problem = end.Fault ?? DescribeProblem(end.Outcome, nameof(EventTrackerOptions.ShutdownTimeout));
        CancelLoops();
        long graceBegan = _clock.GetTimestamp();
        NoteUnlessEnded(WaitForEnd(_appending, _appender.RunHere, graceBegan), "the last hand-over to the outbox", ref problem);
        NoteUnlessEnded(WaitForEnd(_delivering, _delivery.RunHere, graceBegan), "the delivery", ref problem);
        TryWait(_targets.Added, graceBegan, GraceTime);
        OutboxStatistics? statistics = CloseOutbox(graceBegan, ref problem);
        _outboxStatistics.Note(statistics);
        _metrics.Dispose();
        _ = Task.WhenAll(_appending, _delivering).ContinueWith(
            _ => DisposeParts(),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        FlushResult result = ToResult(end.Outcome, statistics, problem);
        _evictions.Note(statistics);
        LogRest(result);
        return result;
    }

    /// <summary>Begins the time that a drain and the stop have together.</summary>
    /// <returns>What is left of it.</returns>
    private TimeSpan BeginShutdown(bool isStop)
    {
        lock (_stopLock)
        {
            TimeSpan left = _options.ShutdownTimeout;
            if (_shutdownBegan is { } began)
            {
                left -= _clock.GetElapsedTime(began);
            }
            else
            {
                _shutdownBegan = _clock.GetTimestamp();
            }

            TimeSpan least = !isStop ? TimeSpan.Zero : LeastStopTime < _options.ShutdownTimeout ? LeastStopTime : _options.ShutdownTimeout;
            return left > least ? left : least;
        }
    }

    /// <summary>Retries again and again, ignoring backoff: events of a memory outbox that aren't delivered now are lost.</summary>
    private ITimer RetryAgainAndAgain()
    {
        var interval = TimeSpan.FromTicks(Math.Clamp(_options.ShutdownTimeout.Ticks / 20, ShortestRetryInterval.Ticks, LongestRetryInterval.Ticks));
        ITimer timer = DetachedContext.CreateTimer(_clock, static tracker => ((EventTracker)tracker!).RetryNow(), this);
        timer.Change(interval, interval);
        return timer;
    }

    /// <summary>What prevents the outbox from being opened, or the events from being delivered, may be fixed by now.</summary>
    private void RetryNow()
    {
        if (!_initializer.IsOpen)
        {
            _ = _initializer.TryNowAsync();
        }

        _delivery.RetryNow();
    }

    private void CancelLoops() => Cancel(_ending);

    private void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
#pragma warning disable CA1031 // An outbox, and handlers of an HttpClient of the options, may throw when they are cancelled.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.DeliveryFaulted(_logger, exception);
        }
    }

    private void DisposeParts()
    {
        _appender.Dispose();
        _delivery.Dispose();
        _api.Dispose();
    }

    /// <returns>Whether a loop has ended.</returns>
    private bool WaitForEnd(Task loop, Action runHere, long graceBegan)
    {
        if (!TryWait(loop, PatienceWithPool))
        {
            RunOnOwnThread(runHere);
        }

        return TryWait(loop, graceBegan, GraceTime);
    }

    private void NoteUnlessEnded(bool hasEnded, string part, ref string? problem)
    {
        if (!hasEnded)
        {
            Log.StoppedBefore(_logger, part);
            AddProblem(ref problem, $"The tracker stopped before {part} had ended: the outbox, a handler of the HttpClient, or a thread pool without a free thread took too long.");
        }
    }

    private OutboxStatistics? CloseOutbox(long graceBegan, ref string? problem)
    {
        OutboxStatistics? statistics = ReadStatistics(graceBegan);
        try
        {
            Task<OutboxStatistics?> closed = _outbox.CloseAsync().AsTask().Observed();
            if (TryWait(closed, graceBegan, GraceTime))
            {
                // What an outbox says that was never opened for this tracker isn't about its events.
                statistics = closed.GetAwaiter().GetResult() is var last && _initializer.IsOpen ? last : null;
            }
            else
            {
                NoteCloseFailure(TookTooLong(), ref problem);
            }
        }
#pragma warning disable CA1031 // Whatever the outbox throws, the tracker's own statistics are right.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            NoteCloseFailure(exception, ref problem);
        }

        DisposeOutbox(graceBegan, ref problem);
        return statistics ?? LastStatistics(ref problem);
    }

    private void DisposeOutbox(long graceBegan, ref string? problem)
    {
        try
        {
            Task disposed = _outbox.DisposeAsync().AsTask().Observed();
            if (TryWait(disposed, graceBegan, GraceTime))
            {
                disposed.GetAwaiter().GetResult();
            }
            else
            {
                NoteCloseFailure(TookTooLong(), ref problem);
            }
        }
#pragma warning disable CA1031 // Whatever the outbox throws, the tracker's own statistics are right.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            NoteCloseFailure(exception, ref problem);
        }
    }

    private static TimeoutException TookTooLong() => new("Closing it took too long and may still be in progress.");

    /// <summary>The outbox's statistics before it is closed, in case closing fails; <see langword="null"/> if they can't be read.</summary>
    private OutboxStatistics? ReadStatistics(long graceBegan)
    {
        try
        {
            Task<OutboxStatistics?> statistics = _outboxStatistics.ReadAsync(CancellationToken.None).AsTask().Observed();
            return TryWait(statistics, graceBegan, GraceTime) ? statistics.GetAwaiter().GetResult() : null;
        }
#pragma warning disable CA1031 // Closing it fails for the same reason, which is reported then.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }

    private void NoteCloseFailure(Exception exception, ref string? problem)
    {
        Log.CloseFailed(_logger, exception);
        AddProblem(ref problem, $"The outbox couldn't be closed: {exception.Message}");
    }

    /// <summary>
    /// Waits for a task, for a time by the tracker's clock. Another clock than the system's may jump: when its time is over, the task still has
    /// <see cref="GraceTime"/> of the real time.
    /// </summary>
    /// <returns>Whether the task completed within the time, successfully or not.</returns>
    private bool TryWait(Task task, long began, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        if (_clock == TimeProvider.System)
        {
            TimeSpan left = timeout - _clock.GetElapsedTime(began);
            return TryWait(task, left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellationToken);
        }

        long? overSince = null;
        while (!TryWait(task, ClockInterval, cancellationToken))
        {
            if (cancellationToken.IsCancellationRequested || (overSince is { } since && Stopwatch.GetElapsedTime(since) >= GraceTime))
            {
                return task.IsCompleted;
            }

            if (_clock.GetElapsedTime(began) >= timeout)
            {
                overSince ??= Stopwatch.GetTimestamp();
            }
        }

        return true;
    }

    /// <returns>Whether the task completed within the time, successfully or not.</returns>
    private static bool TryWait(Task task, TimeSpan time, CancellationToken cancellationToken = default)
    {
        try
        {
            return Task.WaitAny([task], (int)time.TotalMilliseconds, cancellationToken) == 0;
        }
        catch (OperationCanceledException)
        {
            return task.IsCompleted;
        }
    }

    private static void RunOnOwnThread(Action run) => new Thread(() => run()) { IsBackground = true, Name = "TypedEvents: last hand-over" }.UnsafeStart();

    private void LogRest(FlushResult result)
    {
        // What a file holds of other processes alone is their business. Which of its events are whose isn't known: the message says so.
        long pending = result.Outcome == FlushOutcome.Settled || result.Tracker.Appended == 0 ? 0 : result.Outbox?.Pending ?? 0;
        long leftOver = result.Outbox?.Discarded.LeftOver ?? 0;
        if (pending + leftOver + result.Tracker.Dropped.AtShutdown > 0)
        {
            Log.StoppedWithRest(
                _logger,
                pending,
                leftOver,
                result.Tracker.Dropped.AtShutdown,
                result.Problem ?? "The outbox accepted no more of them.");
        }
    }
}
