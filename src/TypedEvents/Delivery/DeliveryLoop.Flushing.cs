namespace TypedEvents;

/// <content>Those who wait until all is settled.</content>
internal sealed partial class DeliveryLoop
{
    /// <summary>Begins to hurry: what is there is sent at once, full batch or not, until the waiter leaves.</summary>
    public FlushWaiter BeginFlush()
    {
        FlushWaiter waiter = _flushes.Add();
        _wake.Set();
        return waiter;
    }

    /// <summary>The outbox has all that is waited for.</summary>
    public void SetTarget(FlushWaiter waiter, long target)
    {
        _hasAppended = true;
        waiter.Target = target;
        _wake.Set();
    }

    public void EndFlush(FlushWaiter waiter) => _flushes.Remove(waiter);

    private async ValueTask CompleteFlushesAsync((FlushWaiter Waiter, long? Target)[] flushes, CancellationToken cancellationToken)
    {
        if (flushes.Length == 0)
        {
            return;
        }

        // First what is waited for, then what is pending: the other way round, events that were appended in between would be
        // waited for and not be seen pending, as if they were settled.
        OutboxPositions positions = await _outbox.GetPositionsAsync(cancellationToken).ConfigureAwait(false);
        foreach ((FlushWaiter flush, long? target) in flushes)
        {
            if (await FindOutcomeAsync(target, positions, cancellationToken).ConfigureAwait(false) is { } outcome)
            {
                flush.Complete(outcome);
            }
        }
    }

    /// <returns><see langword="null"/>: there is something to wait for.</returns>
    private async ValueTask<FlushOutcome?> FindOutcomeAsync(long? target, OutboxPositions positions, CancellationToken cancellationToken)
    {
        bool isGateShut = !_rules.Gate.IsOpen && _inFlight == 0 && Now < _rules.Gate.NextTry && !_isRetryWanted;
        if (target is not { } last)
        {
            return isGateShut ? FlushOutcome.Blocked : null;
        }

        bool isWaiting = positions.OldestPending <= last;
        if (_claim is null)
        {
            // Whoever has the claim sends them.
            return !isWaiting && _held.Names.Count == 0 ? FlushOutcome.Settled : isGateShut ? FlushOutcome.Blocked : null;
        }

        if (!isWaiting)
        {
            return await IsHeldAsync(last, cancellationToken).ConfigureAwait(false) ? FlushOutcome.Blocked : FlushOutcome.Settled;
        }

        bool isIdle = _settlements.IsEmpty && _lanes.All(lane => IsIdle(lane, last)) && !_registrar.IsHopeful(last, Now);
        return isGateShut || isIdle ? FlushOutcome.Blocked : null;
    }

    private async ValueTask<bool> IsHeldAsync(long last, CancellationToken cancellationToken)
    {
        foreach (string eventName in _held.Names)
        {
            if ((await _claim!.ReadHeldAsync(eventName, 0, cancellationToken).ConfigureAwait(false))?.Position <= last)
            {
                _problem ??= $"The events '{eventName}' are held: EngageLab refuses all of them. One a minute is tried.";
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether nothing of what is waited for can be sent now: what remains stands aside.</summary>
    private bool IsIdle(EventLane lane, long last) =>
        lane.Queue.HasRead(lane.Partitions, last)
        && !lane.HasRewinds
        && !(lane.InFlight?.Events.Any(sent => sent.Position <= last) ?? false)
        && !lane.Queue.Events.Any(queued => queued.Position <= last)
        && !lane.State.Suspects.Values.Any(suspect => suspect.Item.Id <= last && suspect.IsDue(_rules.Accepted, Now));
}
