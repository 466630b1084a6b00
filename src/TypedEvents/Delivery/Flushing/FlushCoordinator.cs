namespace TypedEvents;

/// <summary>Those who wait for events to be settled, and what they are told.</summary>
/// <remarks>
/// The order is a promise: the targets are read before the lanes are filled, and the positions after everything else of the step. The
/// other way round, events that were appended in between would be waited for and not be seen pending, as if they were settled.
/// </remarks>
internal sealed class FlushCoordinator(
    DeliveryPolicy policy,
    RequestDispatcher dispatcher,
    UserResolver users,
    SettlementQueue settlements,
    OutboxLease lease,
    EventReader reader)
{
    private readonly object _lock = new();
    private readonly List<PendingFlush> _flushes = [];
    private bool _hasEnded;

    /// <summary>Whether nobody waits: then a batch may wait until it is full.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                return _flushes.Count == 0;
            }
        }
    }

    public PendingFlush Add(bool isPatient)
    {
        var flush = new PendingFlush(isPatient);
        lock (_lock)
        {
            if (_hasEnded)
            {
                flush.Complete(FlushOutcome.TimedOut);
            }

            _flushes.Add(flush);
        }

        return flush;
    }

    public void Remove(PendingFlush flush)
    {
        lock (_lock)
        {
            _flushes.Remove(flush);
        }
    }

    public FlushSnapshot Snapshot()
    {
        PendingFlush[] flushes;
        lock (_lock)
        {
            flushes = [.. _flushes];
        }

        long?[] targets = new long?[flushes.Length];
        for (int i = 0; i < flushes.Length; i++)
        {
            targets[i] = flushes[i].Target;
        }

        return new FlushSnapshot(flushes, targets);
    }

    /// <summary>Completes those who have nothing to wait for any more.</summary>
    /// <param name="snapshot">Who waited for what when the step began.</param>
    /// <param name="positions">How far the outbox is, read after everything else of the step.</param>
    /// <param name="isRetryWanted">Whether the next step tries again whatever failed.</param>
    /// <param name="onCompleting">Is told the outcome of each before the one who waits.</param>
    /// <param name="now">The time of the step.</param>
    public void Complete(
        FlushSnapshot snapshot,
        OutboxPositions positions,
        bool isRetryWanted,
        Action<FlushOutcome, OutboxPositions> onCompleting,
        TimeSpan now)
    {
        bool isHalted = !isRetryWanted && IsHalted(now);
        for (int i = 0; i < snapshot.Flushes.Length; i++)
        {
            PendingFlush flush = snapshot.Flushes[i];
            if (FindOutcome(snapshot.Targets[i], flush.IsPatient, isHalted, positions, now) is { } outcome)
            {
                onCompleting(outcome, positions);
                flush.Complete(outcome);
            }
        }
    }

    /// <summary>Nothing is delivered any more.</summary>
    public void End()
    {
        lock (_lock)
        {
            _hasEnded = true;
        }

        foreach (PendingFlush flush in Snapshot().Flushes)
        {
            flush.Complete(FlushOutcome.TimedOut);
        }
    }

    /// <returns><see langword="null"/>: there is something to wait for.</returns>
    private FlushOutcome? FindOutcome(long? target, bool isPatient, bool isHalted, OutboxPositions positions, TimeSpan now)
    {
        bool isBlocked = isHalted && !isPatient;
        if (target is not { } last)
        {
            return isBlocked ? FlushOutcome.Blocked : null;
        }

        if (positions.OldestPending <= last)
        {
            return isBlocked || (!(positions.OldestPendingElsewhere <= last) && IsIdle(last, now) && !(isPatient && IsServerAtFault(last))) ? FlushOutcome.Blocked : null;
        }

        return positions.OldestHeld <= last ? FlushOutcome.Blocked : FlushOutcome.Settled;
    }

    /// <summary>Whether nothing is sent now, and nothing is in flight: the circuit is open, or the claim was left to other processes.</summary>
    private bool IsHalted(TimeSpan now) =>
        dispatcher.ReportsInFlight == 0
        && ((!policy.CircuitBreaker.IsClosed && now < policy.CircuitBreaker.NextTry) || lease.IsLeftToOthers(now));

    /// <summary>
    /// Whether something up to a position isn't settled because the server, or the way there, failed: users can't be registered or got no EUID,
    /// there is no room for more of them, or events are quarantined because they failed.
    /// </summary>
    private bool IsServerAtFault(long last) =>
        !users.Policy.CircuitBreaker.IsClosed || policy.HasQuarantinedFailure(last) || users.HasServerFault(last) || reader.HasPassed(last);

    /// <summary>
    /// Whether nothing of what is waited for can be sent now: what remains is quarantined. Not so without a claim, as whoever has it sends
    /// the events. An event that was passed waits for room, which anybody makes who is registered.
    /// </summary>
    private bool IsIdle(long last, TimeSpan now) =>
        lease.Claim is not null && settlements.IsEmpty && reader.IsIdle(last, policy.Accepted, now) && !users.IsHopeful(reader.HasPassed(last) ? long.MaxValue : last, now);
}
