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
        foreach (LaneState lane in lanes)
        {
            events.AddRange(reader[lane].Queue.Events);
        }

        return ReportRequest.Combine(Array.ConvertAll(lanes, lane => new AttemptPart(lane, reader[lane].Queue.Count)), [.. events]);
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
                found = await ReadOneAsync(claim, lane.Partitions[i], quarantined.Item.Id - 1, cancellationToken).ConfigureAwait(false);
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
        if (await ReadRandomAsync(claim, cancellationToken).ConfigureAwait(false) is not { } picked)
        {
            return PlanOutcome.Gone;
        }

        LaneState lane = reader.LaneOf(picked.Partition).State;
        OutboxEvent? first = await ReadFirstOfUserAsync(claim, picked, now, cancellationToken).ConfigureAwait(false);
        OutboxEvent probe = keepsOrder ? first ?? picked : picked;
        return settlements.Contains(probe.Position) || reader.Resolve(probe, now) is not { } resolved
            ? PlanOutcome.NotYet
            : ReportRequest.Of(lane.Quarantined.ContainsKey(probe.Position) ? AttemptKind.RetryQuarantined : AttemptKind.ProbeRandom, lane, resolved);
    }

    private async ValueTask<OutboxEvent?> ReadRandomAsync(IOutboxClaim claim, CancellationToken cancellationToken)
    {
        OutboxPositions positions = await outbox.GetPositionsAsync(cancellationToken).ConfigureAwait(false);
        if (positions.OldestPending is not { } oldest || claim.Partitions.Count == 0)
        {
            return null;
        }

        long from = random.NextInt64(oldest - 1, positions.LastAppended);
        int first = random.Next(claim.Partitions.Count);
        foreach (long after in (long[])[from, 0])
        {
            for (int i = 0; i < claim.Partitions.Count; i++)
            {
                int partition = claim.Partitions[(first + i) % claim.Partitions.Count];
                if (await ReadOneAsync(claim, partition, after, cancellationToken).ConfigureAwait(false) is { } picked)
                {
                    return picked;
                }
            }
        }

        return null;
    }

    /// <summary>Reads the first event of another one's user that can be sent, if it is among the first of its partition.</summary>
    private async ValueTask<OutboxEvent?> ReadFirstOfUserAsync(IOutboxClaim claim, OutboxEvent picked, TimeSpan now, CancellationToken cancellationToken)
    {
        EventLane lane = reader.LaneOf(picked.Partition);
        List<OutboxEvent> events = [];
        await reader.ReadAsync(claim, new OutboxReadRequest(picked.Partition) { MaxEvents = MaxEventsBeforeUser }, events, cancellationToken).ConfigureAwait(false);
        int user = EventUser.KeyOf(picked);
        int first = events.FindIndex(read => EventUser.KeyOf(read) == user && reader.Prepare(lane, read, now) is not null);
        return first >= 0 ? events[first] : null;
    }

    private async ValueTask<OutboxEvent?> ReadOneAsync(IOutboxClaim claim, int partition, long after, CancellationToken cancellationToken)
    {
        _single.Clear();
        await reader.ReadAsync(claim, new OutboxReadRequest(partition) { After = after, MaxEvents = 1 }, _single, cancellationToken).ConfigureAwait(false);
        return _single.Count > 0 ? _single[0] : null;
    }
}
