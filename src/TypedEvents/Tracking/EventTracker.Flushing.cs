namespace TypedEvents;

/// <content>Flushing, and what its result says, which is also that of a drain and of the stop.</content>
public sealed partial class EventTracker
{
    private const string DisabledProblem = "The tracker is disabled (EventTrackerOptions.Enabled).";

    /// <inheritdoc/>
    public async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (GetStopped() is { } stopped)
        {
            return await stopped.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        if (_isDisabled)
        {
            return ToResult(FlushOutcome.Settled, null, null);
        }

        using var timeout = new CancellationTokenSource(_options.FlushTimeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        FlushEnd end = await SettleAllAsync(isLast: false, either.Token).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (GetStopped() is { } stoppedMeanwhile)
        {
            return await stoppedMeanwhile.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        string? problem = end.Fault ?? DescribeProblem(end.Outcome, nameof(EventTrackerOptions.FlushTimeout));
        OutboxStatistics? statistics = await ReadStatisticsAsync(cancellationToken).ConfigureAwait(false);
        return ToResult(end.Outcome, statistics ?? LastStatistics(ref problem), problem);
    }

    /// <returns>What the outbox says; <see langword="null"/> if it fails, or takes longer than <see cref="GraceTime"/>.</returns>
    private async ValueTask<OutboxStatistics?> ReadStatisticsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _outboxStatistics.ReadAsync(cancellationToken).AsTask().Observed().WaitAsync(GraceTime, _clock, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // The result says that they couldn't be read, and what the delivery needs of the outbox says why.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }

    /// <summary>What the outbox said last, where it can't say it now, although this process may read it.</summary>
    private OutboxStatistics? LastStatistics(ref string? problem)
    {
        if (!_initializer.IsOpen || _outbox.StatisticsUnavailableReason is not null)
        {
            return null;
        }

        AddProblem(
            ref problem,
            _outboxStatistics.Last is null
                ? "The outbox's statistics couldn't be read and are unknown."
                : "The outbox's statistics couldn't be read: they are the last that were known.");
        return _outboxStatistics.Last;
    }

    /// <summary>
    /// Waits until every event that was tracked before is settled. The token is the timeout. An outbox that throws must not prevent the tracker
    /// from ending.
    /// </summary>
    private async Task<FlushEnd> SettleAllAsync(bool isLast, CancellationToken timeout)
    {
        PendingFlush? waiter = null;
        try
        {
            Task appended = _appender.FlushAsync();
            if (!await _initializer.WaitForFirstAttemptAsync(timeout).ConfigureAwait(false))
            {
                return new FlushEnd(FlushOutcome.Blocked);
            }

            if (_outbox.AppendOnlyReason is not null)
            {
                // It may have no right to read the positions that a flush compares.
                await appended.WaitAsync(timeout).ConfigureAwait(false);
                return new FlushEnd(FlushOutcome.Blocked);
            }

            waiter = _delivery.BeginFlush(isPatient: isLast && !_outbox.IsDurable);
            if (await Task.WhenAny(appended, waiter.Outcome).WaitAsync(timeout).ConfigureAwait(false) == appended)
            {
                OutboxPositions positions = await _outbox.GetPositionsAsync(timeout).ConfigureAwait(false);
                _delivery.SetTarget(waiter, positions.LastAppended);
            }

            // As a plain task: waiting for each type of result would be code of its own.
            Task settled = waiter.Outcome;
            await settled.WaitAsync(timeout).ConfigureAwait(false);
            return new FlushEnd(await waiter.Outcome.ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            return new FlushEnd(isLast ? OutcomeAtDeadline() : FlushOutcome.TimedOut);
        }
#pragma warning disable CA1031 // Whatever the outbox throws, the last statistics count the remaining events.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.DeliveryFaulted(_logger, exception);
            return new FlushEnd(FlushOutcome.Blocked, $"The outbox failed with {exception.GetType()}: {exception.Message}");
        }
        finally
        {
            if (waiter is not null)
            {
                _delivery.EndFlush(waiter);
            }
        }
    }

    private FlushOutcome OutcomeAtDeadline() =>
        _delivery.Pause?.Reason is CircuitOpenReason.Configuration or CircuitOpenReason.Rejections ? FlushOutcome.Blocked : FlushOutcome.TimedOut;

    private FlushResult ToResult(FlushOutcome outcome, OutboxStatistics? statistics, string? problem) => new()
    {
        Outcome = outcome,
        Tracker = Statistics,
        Outbox = statistics,
        OutboxUnavailableReason = statistics is not null
            ? null
            : (_isDisabled ? DisabledProblem : _initializer.Problem)
                ?? (_initializer.IsOpen ? _outbox.StatisticsUnavailableReason : "The outbox isn't open yet.")
                ?? "The outbox couldn't be asked for its statistics.",
        Problem = problem,
    };

    /// <summary>What is known to keep events from being delivered, or <see langword="null"/>.</summary>
    private string? CurrentProblem
    {
        get
        {
            if (_initializer.Problem is { } unopened)
            {
                return unopened;
            }

            string? problem = _appender.Problem;
            if (_delivery.Problem is { } failing)
            {
                AddProblem(ref problem, failing);
            }

            return problem;
        }
    }

    private string? DescribeProblem(FlushOutcome outcome, string timeout)
    {
        if (outcome == FlushOutcome.Settled)
        {
            return null;
        }

        return CurrentProblem ?? (outcome, _delivery.HasClaim) switch
        {
            (FlushOutcome.Blocked, _) when _outbox.AppendOnlyReason is { } reason => reason,
            (FlushOutcome.TimedOut, _) when !_initializer.IsOpen => $"{timeout} was over before the outbox was open: it waits for another process, or is being recovered.",
            (FlushOutcome.TimedOut, true) => $"{timeout} was over before everything was delivered. No request had failed: allow more time.",
            (FlushOutcome.TimedOut, false) => $"{timeout} was over before everything was delivered. This process sends nothing: another one that uses the same outbox does, or should.",
            _ => "The remaining events can't be delivered now: their users have no EUID yet, or they will be retried only after other events have been accepted.",
        };
    }

    private static void AddProblem(ref string? problem, string more) => problem = problem is null ? more : $"{problem} {more}";

    /// <summary>How the wait for the settlement of all events ended. A class: a task of a tuple would be code of its own.</summary>
    private sealed class FlushEnd(FlushOutcome outcome, string? fault = null)
    {
        public FlushOutcome Outcome => outcome;

        /// <summary>What the outbox threw; <see langword="null"/>: nothing.</summary>
        public string? Fault => fault;
    }
}
