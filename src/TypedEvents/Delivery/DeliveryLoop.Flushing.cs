namespace TypedEvents;

/// <content>Those who wait until all is settled.</content>
internal sealed partial class DeliveryLoop
{
    /// <summary>Begins to hurry: what is there is sent at once, full batch or not, until the waiter leaves.</summary>
    /// <param name="isPatient">Whether it goes on waiting where only the server, or the way there, keeps events from being settled.</param>
    public PendingFlush BeginFlush(bool isPatient = false)
    {
        PendingFlush waiter = _flushes.Add(isPatient);
        _wake.Set();
        return waiter;
    }

    /// <summary>The outbox has all that is waited for.</summary>
    public void SetTarget(PendingFlush waiter, long target)
    {
        _reader.NoteAppended();
        waiter.Target = target;
        _wake.Set();
    }

    public void EndFlush(PendingFlush waiter) => _flushes.Remove(waiter);

    private async ValueTask CompleteFlushesAsync(PendingFlush[] flushes, long?[] targets, TimeSpan now, CancellationToken cancellationToken)
    {
        if (flushes.Length == 0)
        {
            return;
        }

        // First what is waited for, then what is pending: the other way round, events that were appended in between would be
        // waited for and not be seen pending, as if they were settled.
        OutboxPositions positions = await _outbox.GetPositionsAsync(cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < flushes.Length; i++)
        {
            if (FindOutcome(targets[i], flushes[i].IsPatient, positions, now) is { } outcome)
            {
                _health.NoteRemainder(outcome == FlushOutcome.Blocked ? DescribeRemainder(positions) : null);
                flushes[i].Complete(outcome);
            }
        }
    }

    /// <returns><see langword="null"/>: there is something to wait for.</returns>
    private FlushOutcome? FindOutcome(long? target, bool isPatient, OutboxPositions positions, TimeSpan now)
    {
        bool isCircuitOpen = !isPatient && !_isRetryWanted && _inFlight == 0
            && ((!_policy.CircuitBreaker.IsClosed && now < _policy.CircuitBreaker.NextTry) || _lease.IsLeftToOthers(now));
        if (target is not { } last)
        {
            return isCircuitOpen ? FlushOutcome.Blocked : null;
        }

        if (positions.OldestPending <= last)
        {
            // Without a claim, whoever has it sends them.
            bool isForServer = isPatient && !_registrations.CircuitBreaker.IsClosed;
            return isCircuitOpen || (_lease.Claim is not null && !isForServer && IsIdle(last, now)) ? FlushOutcome.Blocked : null;
        }

        if (positions.OldestHeld <= last)
        {
            return FlushOutcome.Blocked;
        }

        return FlushOutcome.Settled;
    }

    /// <summary>What remains where no endpoint fails.</summary>
    private string DescribeRemainder(OutboxPositions positions)
    {
        List<string> remainder = [];
        if (positions.OldestHeld is not null)
        {
            remainder.Add($"EngageLab rejects all events of a name, and they are held{(_held.Names.Count > 0 ? $": '{string.Join("', '", _held.Names)}'" : "")}. One a minute is tried.");
        }

        int quarantined = CountQuarantined();
        if (quarantined > 0)
        {
            remainder.Add($"{quarantined} events failed or were rejected alone, and are quarantined until there is evidence that others are accepted. {_lastQuarantined}");
        }

        if (_registrations.OmittedUsers > 0)
        {
            remainder.Add($"{_health.Registrations.Address} gave no EUID for {_registrations.OmittedUsers} user ids. Their events are pending until another id gets one.");
        }

        return remainder.Count > 0 ? string.Join(' ', remainder) : "What remains can't be sent now.";
    }

    /// <summary>Whether nothing of what is waited for can be sent now: what remains is quarantined.</summary>
    private bool IsIdle(long last, TimeSpan now) =>
        _settlements.IsEmpty && Array.TrueForAll(_reader.Lanes, lane => lane.IsIdle(last, _policy.Accepted, now)) && !_registrations.IsHopeful(last, now);
}
