namespace TypedEvents;

/// <summary>Makes requests of plans: it takes what was read ahead, and reads what is sent alone again.</summary>
internal sealed class PlanLoader(
    EventReader reader,
    IEventOutbox outbox,
    DeliverySettings settings,
    RequestDispatcher dispatcher,
    HeldNameSchedule heldNames,
    SettlementQueue settlements,
    Random random)
{
    /// <summary>How far to look for the first event of a user.</summary>
    private const int MaxEventsBeforeUser = 1000;

    /// <summary>The event that <see cref="ReadOneAsync"/> or <see cref="TryReadRandomAsync"/> has read.</summary>
    private readonly List<OutboxEvent> _single = [];

    /// <summary>Makes a request of a plan.</summary>
    public ValueTask<LoadedPlan> LoadAsync(IOutboxClaim claim, SendPlan plan, TimeSpan now, CancellationToken cancellationToken)
    {
        switch (plan)
        {
            case SendPlan.Batch(LaneState lane, int maxEvents):
                return new(ReportRequest.Of(AttemptKind.Batch, lane, reader[lane].Queue.Next(maxEvents, settings.MaxBatchBytes)));
            case SendPlan.CombinedBatch(LaneState[] lanes):
                return new(Combine(lanes));
            case SendPlan.BypassHead(LaneState lane):
                return new(ReportRequest.Of(AttemptKind.BypassHead, lane, reader[lane].NextBypass()));
            case SendPlan.RetryQuarantined(LaneState lane, QuarantinedEvent quarantined):
                return LoadQuarantinedAsync(claim, reader[lane], quarantined, now, cancellationToken);
            case SendPlan.ProbeHeldName(HeldName held):
                return LoadHeldAsync(claim, held, now, cancellationToken);
            default:
                return LoadRandomAsync(claim, ((SendPlan.ProbeRandom)plan).KeepsOrder, now, cancellationToken);
        }
    }

    private LoadedPlan Combine(LaneState[] lanes)
    {
        List<OutboxEvent> events = [];
        var parts = new AttemptPart[lanes.Length];
        for (int i = 0; i < lanes.Length; i++)
        {
            ReadAheadQueue queue = reader[lanes[i]].Queue;
            events.AddRange(queue.Events);
            parts[i] = new AttemptPart(lanes[i], queue.Count);
        }

        return ReportRequest.Combine(parts, [.. events]);
    }

    private async ValueTask<LoadedPlan> LoadQuarantinedAsync(IOutboxClaim claim, EventLane lane, QuarantinedEvent quarantined, TimeSpan now, CancellationToken cancellationToken)
    {
        OutboxEvent? found = null;
        if (heldNames.Contains(quarantined.Item.Name))
        {
            found = await claim.ReadHeldAsync(quarantined.Item.Name, quarantined.Item.Id - 1, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            for (int i = 0; i < lane.Partitions.Count && found?.Position != quarantined.Item.Id; i++)
            {
                await ReadOneAsync(claim, lane.Partitions[i], quarantined.Item.Id - 1, cancellationToken).ConfigureAwait(false);
                found = _single.Count > 0 ? _single[0] : null;
            }
        }

        return found is not { } read || read.Position != quarantined.Item.Id ? PlanOutcome.Gone
            : reader.Resolve(read, now) is { } resolved ? ReportRequest.Of(AttemptKind.RetryQuarantined, lane.State, resolved)
            : PlanOutcome.NotYet;
    }

    /// <summary>
    /// An event of a name on hold: the one that was picked before and couldn't be sent, or in turn one picked at random, which finds a
    /// good one among many, and the one behind that of last time, so that each has its turn, however few are good.
    /// </summary>
    private async ValueTask<LoadedPlan> LoadHeldAsync(IOutboxClaim claim, HeldName held, TimeSpan now, CancellationToken cancellationToken)
    {
        long after = held.Picked - 1 ?? held.LastInOrder;
        if (held.Picked is null && held.IsRandomDue)
        {
            // From the oldest one on: before it there may be millions of positions, and whichever was picked of these, it would be that one.
            OutboxPositions positions = await outbox.GetPositionsAsync(cancellationToken).ConfigureAwait(false);
            after = random.NextInt64((positions.OldestHeld ?? positions.LastAppended) - 1, positions.LastAppended + 1);
        }

        OutboxEvent? found = await claim.ReadHeldAsync(held.Name, after, cancellationToken).ConfigureAwait(false);
        if (found is null && held.Picked is null)
        {
            found = await claim.ReadHeldAsync(held.Name, 0, cancellationToken).ConfigureAwait(false);
        }

        EventLane lane = reader.LaneOf(found?.Partition ?? 0);
        held.NotePicked(found?.Position, lane.State.Index);
        return found is not { } picked ? PlanOutcome.Gone
            : dispatcher.InFlightOf(lane.State) is not null || now < lane.State.WaitUntil ? PlanOutcome.LaneBusy
            : reader.Resolve(picked, now) is { } resolved ? ReportRequest.Of(AttemptKind.ProbeHeldName, lane.State, resolved)
            : PlanOutcome.NotYet;
    }

    /// <summary>An event that is picked at random, over all that is pending: what is at the head of the lanes may be bad to the last.</summary>
    private async ValueTask<LoadedPlan> LoadRandomAsync(IOutboxClaim claim, bool keepsOrder, TimeSpan now, CancellationToken cancellationToken)
    {
        if (!await TryReadRandomAsync(claim, cancellationToken).ConfigureAwait(false))
        {
            return PlanOutcome.Gone;
        }

        OutboxEvent probe = _single[0];
        EventLane itsLane = reader.LaneOf(probe.Partition);
        LaneState lane = itsLane.State;

        // The first event of its user that can be sent, if it is among the first of the partition.
        List<OutboxEvent> events = [];
        await reader.ReadAsync(claim, new OutboxReadRequest(probe.Partition) { MaxEvents = MaxEventsBeforeUser }, events, cancellationToken).ConfigureAwait(false);
        int user = EventUser.KeyOf(probe);
        int first = events.FindIndex(read => EventUser.KeyOf(read) == user && reader.Prepare(itsLane, read, now) is not null);
        probe = keepsOrder && first >= 0 ? events[first] : probe;
        return settlements.Contains(probe.Position) || reader.Resolve(probe, now) is not { } resolved
            ? PlanOutcome.NotYet
            : ReportRequest.Of(lane.Quarantined.ContainsKey(probe.Position) ? AttemptKind.RetryQuarantined : AttemptKind.ProbeRandom, lane, resolved);
    }

    /// <returns>Whether there is one: <see cref="_single"/> has it.</returns>
    private async ValueTask<bool> TryReadRandomAsync(IOutboxClaim claim, CancellationToken cancellationToken)
    {
        OutboxPositions positions = await outbox.GetPositionsAsync(cancellationToken).ConfigureAwait(false);
        if (positions.OldestPending is not { } oldest || claim.Partitions.Count == 0)
        {
            return false;
        }

        long from = random.NextInt64(oldest - 1, positions.LastAppended);
        int first = random.Next(claim.Partitions.Count);
        foreach (long after in (long[])[from, 0])
        {
            for (int i = 0; i < claim.Partitions.Count; i++)
            {
                int partition = claim.Partitions[(first + i) % claim.Partitions.Count];
                await ReadOneAsync(claim, partition, after, cancellationToken).ConfigureAwait(false);
                if (_single.Count > 0)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Reads the next event of a partition into <see cref="_single"/>, if there is one.</summary>
    private ValueTask<bool> ReadOneAsync(IOutboxClaim claim, int partition, long after, CancellationToken cancellationToken)
    {
        _single.Clear();
        return reader.ReadAsync(claim, new OutboxReadRequest(partition) { After = after, MaxEvents = 1 }, _single, cancellationToken);
    }
}
