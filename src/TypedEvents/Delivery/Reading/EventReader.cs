using System.Runtime.InteropServices;

namespace TypedEvents;

/// <summary>
/// The one reader of pending events: it fills the lanes, and makes a request of a plan. What it gives is ready to be sent; what isn't,
/// because its user isn't registered or its name is on hold, is read again when it is.
/// </summary>
internal sealed class EventReader
{
    /// <summary>How far to look for the first event of a user, and how many events of a user are read at a time.</summary>
    private const int PageEvents = 1000;

    private readonly IEventOutbox _outbox;
    private readonly DeliverySettings _settings;
    private readonly RequestDispatcher _dispatcher;
    private readonly HeldNameSchedule _held;
    private readonly SettlementQueue _settlements;
    private readonly UserResolver _users;
    private readonly Random _random;
    private readonly EventLane[] _lanes;
    private readonly LaneView[] _views;
    private readonly List<OutboxEvent> _read = [];
    private readonly Dictionary<long, OutboxEvent> _unreadable = [];
    private TimeSpan _nextPoll;
    private volatile bool _hasAppended;

    /// <param name="outbox">Where the events are.</param>
    /// <param name="settings">How far to read ahead.</param>
    /// <param name="policy">The lanes' states.</param>
    /// <param name="dispatcher">Which lanes have a request in flight: these aren't filled.</param>
    /// <param name="held">The names on hold, whose events aren't sent with the others.</param>
    /// <param name="settlements">Which events are as good as gone.</param>
    /// <param name="users">Whose EUID is known.</param>
    /// <param name="random">What is picked at random.</param>
    public EventReader(
        IEventOutbox outbox,
        DeliverySettings settings,
        DeliveryPolicy policy,
        RequestDispatcher dispatcher,
        HeldNameSchedule held,
        SettlementQueue settlements,
        UserResolver users,
        Random random)
    {
        _outbox = outbox;
        _settings = settings;
        _dispatcher = dispatcher;
        _held = held;
        _settlements = settlements;
        _users = users;
        _random = random;
        _lanes = new EventLane[policy.Lanes.Count];
        _views = new LaneView[_lanes.Length];
        for (int i = 0; i < _lanes.Length; i++)
        {
            _lanes[i] = new EventLane(policy.Lanes[i]);
        }
    }

    /// <summary>Whether something was appended that the lanes haven't looked for yet.</summary>
    public bool HasAppended => _hasAppended;

    /// <summary>Whether the outbox gives nothing more, nothing is read ahead, and nothing is quarantined.</summary>
    public bool IsExhausted =>
        Array.TrueForAll(_lanes, lane => lane.Queue.Count == 0 && !lane.Queue.MayHaveMore && !lane.HasRewinds && lane.State.Quarantined.Count == 0);

    /// <summary>What the planner sees of the lanes, as they are now; valid until the next call.</summary>
    public ReadOnlySpan<LaneView> View()
    {
        for (int i = 0; i < _lanes.Length; i++)
        {
            EventLane lane = _lanes[i];
            ReadAheadQueue queue = lane.Queue;
            _views[i] = new LaneView(lane.State)
            {
                IsBusy = _dispatcher.InFlightOf(lane.State) is not null,
                IsClaimed = lane.Partitions.Count > 0,
                Count = queue.Count,
                Bytes = queue.Bytes,
                MayHaveMore = queue.MayHaveMore,
                Since = queue.Since,
                HeadPosition = queue.Count > 0 ? queue.Events[0].Position : 0,
                AppKey = queue.Count > 0 ? queue.Events[0].AppKey : null,
                IsOfOneApplication = queue.IsOfOneApplication,
            };
        }

        return _views;
    }

    /// <summary>Whether nothing up to a position can be sent now: what remains is quarantined.</summary>
    public bool IsIdle(long last, long accepted, TimeSpan now) => Array.TrueForAll(
        _lanes,
        lane => lane.IsIdle(last, accepted, now)
            && !(_dispatcher.InFlightOf(lane.State) is { } request && Array.Exists(request.Events, sent => sent.Position <= last)));

    /// <summary>The outbox has more events. Any thread may call it.</summary>
    public void NoteAppended() => _hasAppended = true;

    /// <summary>Begins to read under a claim.</summary>
    public void Begin(IOutboxClaim claim)
    {
        for (int i = 0; i < _lanes.Length; i++)
        {
            List<int> partitions = [];
            foreach (int partition in claim.Partitions)
            {
                if (partition % _lanes.Length == i)
                {
                    partitions.Add(partition);
                }
            }

            _lanes[i].Begin(partitions);
        }
    }

    /// <summary>There is no claim any more: whoever has it next reads the events again.</summary>
    public void End()
    {
        _unreadable.Clear();
        foreach (EventLane lane in _lanes)
        {
            lane.Begin([]);
        }
    }

    /// <summary>Fills the lanes that have no request in flight.</summary>
    public async ValueTask FillAsync(IOutboxClaim claim, TimeSpan now, CancellationToken cancellationToken)
    {
        if (_hasAppended || now >= _nextPoll)
        {
            _hasAppended = false;
            _nextPoll = _outbox.PollInterval == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : now + _outbox.PollInterval;
            foreach (EventLane lane in _lanes)
            {
                lane.Queue.NoteMore();
            }
        }

        foreach (EventLane lane in _lanes)
        {
            if (_dispatcher.InFlightOf(lane.State) is not null)
            {
                continue;
            }

            await ExpireAsync(claim, lane, now, cancellationToken).ConfigureAwait(false);
            lane.Rewind();
            if (lane.Queue.MayHaveMore && lane.Partitions.Count > 0)
            {
                await FillAsync(claim, lane, now, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Has all that is pending read again.</summary>
    public void RewindAll()
    {
        foreach (EventLane lane in _lanes)
        {
            lane.RewindAll();
        }
    }

    /// <summary>Has the events read again that waited for some users: they are sent before what was appended after them.</summary>
    public void RewindFor(List<UnregisteredUser> users)
    {
        foreach (UnregisteredUser user in users)
        {
            if (user.FirstPosition != UnregisteredUser.NoPosition)
            {
                LaneOf(user.Partition).RewindBefore(user.Partition, user.FirstPosition);
            }
        }
    }

    /// <summary>Notes that events of some lanes are as good as gone.</summary>
    public void NoteSettled(ReportRequest request)
    {
        foreach (AttemptPart part in request.Attempt.Parts)
        {
            EventLane lane = _lanes[part.Lane.Index];
            lane.Queue.Remove(request.Events);
            lane.ForgetBypassed();
        }
    }

    /// <summary>Notes that the one event of a request is quarantined: it isn't among the next ones any more.</summary>
    public void NoteQuarantined(ReportRequest request) => _lanes[request.Attempt.Lane.Index].Queue.Remove(request.Events[0].Position);

    /// <summary>Notes that a name is on hold. An event of it that is in flight is judged as it would have been.</summary>
    public void NoteHeld(string eventName)
    {
        foreach (EventLane lane in _lanes)
        {
            lane.Queue.Remove(eventName);
        }
    }

    /// <summary>Makes a request of a plan, and reads what has to be read again for it.</summary>
    public ValueTask<LoadedPlan> LoadAsync(IOutboxClaim claim, SendPlan plan, TimeSpan now, CancellationToken cancellationToken)
    {
        switch (plan)
        {
            case SendPlan.Batch(LaneState lane, int maxEvents):
                return new(ReportRequest.Of(AttemptKind.Batch, lane, _lanes[lane.Index].Queue.Next(maxEvents, _settings.MaxBatchBytes)));
            case SendPlan.CombinedBatch(LaneState[] lanes):
                return new(Combine(lanes));
            case SendPlan.BypassHead(LaneState lane):
                return new(ReportRequest.Of(AttemptKind.BypassHead, lane, _lanes[lane.Index].NextBypass()));
            case SendPlan.RetryQuarantined(LaneState lane, QuarantinedEvent quarantined):
                return LoadQuarantinedAsync(claim, _lanes[lane.Index], quarantined, now, cancellationToken);
            case SendPlan.ProbeHeldName(HeldName held):
                return LoadHeldAsync(claim, held, now, cancellationToken);
            default:
                return LoadRandomAsync(claim, ((SendPlan.ProbeRandom)plan).KeepsOrder, now, cancellationToken);
        }
    }

    /// <summary>The events found since the last call that can never be sent, whoever their user is.</summary>
    public OutboxEvent[] TakeUnreadable()
    {
        if (_unreadable.Count == 0)
        {
            return [];
        }

        OutboxEvent[] events = [.. _unreadable.Values];
        _unreadable.Clear();
        return events;
    }

    /// <summary>Reads the pending events of a user, page by page: what was read may be settled before the next page is asked for.</summary>
    public async IAsyncEnumerable<OutboxEvent[]> ReadOfUserAsync(
        IOutboxClaim claim,
        UnregisteredUser user,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<OutboxEvent> events = [];
        bool hasMore = user.FirstPosition != UnregisteredUser.NoPosition;
        for (long after = user.FirstPosition - 1; hasMore; after = events.Count > 0 ? events[^1].Position : after)
        {
            events.Clear();
            hasMore = await claim.ReadAsync(user.Partition, after, PageEvents, int.MaxValue, events, cancellationToken).ConfigureAwait(false);
            OutboxEvent[] its = [.. events.FindAll(pending => pending.User == user.User)];
            if (its.Length > 0)
            {
                yield return its;
            }
        }
    }

    /// <summary>When something is due that depends on nothing but the time.</summary>
    public TimeSpan? NextDue(TimeSpan now)
    {
        var next = new EarliestTime(now);
        next.Add(_nextPoll);
        foreach (EventLane lane in _lanes)
        {
            next.Add(lane.Queue.Count > 0 ? lane.Queue.Since + _settings.FlushInterval : null);
            next.Add(_settings.MaxEventAge is null ? null : lane.ExpiredAt + RetrySchedules.ExpiryInterval);
        }

        return next.Value;
    }

    private async ValueTask ExpireAsync(IOutboxClaim claim, EventLane lane, TimeSpan now, CancellationToken cancellationToken)
    {
        if (_settings.MaxEventAge is not { } maxAge || now - lane.ExpiredAt < RetrySchedules.ExpiryInterval || !_settlements.IsEmpty)
        {
            return;
        }

        lane.NoteExpired(now);
        foreach (int partition in lane.Partitions)
        {
            await claim.ExpireAsync(partition, maxAge, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask FillAsync(IOutboxClaim claim, EventLane lane, TimeSpan now, CancellationToken cancellationToken)
    {
        int first = lane.Queue.BeginFill(now);
        bool mayHaveMore = false;
        for (int i = 0; i < lane.Partitions.Count; i++)
        {
            int partition = lane.Partitions[(first + i) % lane.Partitions.Count];
            mayHaveMore |= await FillAsync(claim, lane, partition, now, cancellationToken).ConfigureAwait(false);
        }

        lane.Queue.EndFill(mayHaveMore);
    }

    /// <returns>Whether the partition may have more.</returns>
    private async ValueTask<bool> FillAsync(IOutboxClaim claim, EventLane lane, int partition, TimeSpan now, CancellationToken cancellationToken)
    {
        ReadAheadQueue queue = lane.Queue;
        while (queue.Count < _settings.MaxBatchEvents && queue.Bytes < _settings.MaxBatchBytes)
        {
            _read.Clear();
            bool hasMore = await claim.ReadAsync(
                partition,
                queue.ReadUpTo(partition),
                _settings.MaxBatchEvents - queue.Count,
                (int)(_settings.MaxBatchBytes - queue.Bytes),
                _read,
                cancellationToken).ConfigureAwait(false);
            if (!TryTakeAll(lane, partition, now))
            {
                return true;
            }

            if (!hasMore)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes over what was read.</summary>
    /// <returns>Whether all of it: not so where too many users wait to be registered.</returns>
    private bool TryTakeAll(EventLane lane, int partition, TimeSpan now)
    {
        foreach (ref readonly OutboxEvent read in CollectionsMarshal.AsSpan(_read))
        {
            if (!_users.HasRoomFor(read))
            {
                return false;
            }

            lane.Queue.NoteRead(partition, read.Position, Prepare(lane, read, now));
        }

        return true;
    }

    /// <summary>The event as it is sent with the next ones of its lane; <see langword="null"/> where it isn't among these.</summary>
    private OutboxEvent? Prepare(EventLane lane, in OutboxEvent read, TimeSpan now) =>
        lane.State.Quarantined.ContainsKey(read.Position) || _settlements.Contains(read.Position) || _held.Contains(read.EventName)
            ? null
            : Resolve(read, now);

    /// <summary>The event as it is sent; <see langword="null"/> where its user has to be registered first, or it can't be sent at all.</summary>
    private OutboxEvent? Resolve(in OutboxEvent read, TimeSpan now)
    {
        switch (_users.Resolve(read, out OutboxEvent resolved))
        {
            case UserResolution.Ready:
                return resolved;
            case UserResolution.Unregistered:
                _users.Await(read, now);
                return null;
            default:
                _unreadable.TryAdd(read.Position, read);
                return null;
        }
    }

    private LoadedPlan Combine(LaneState[] lanes)
    {
        List<OutboxEvent> events = [];
        foreach (LaneState lane in lanes)
        {
            events.AddRange(_lanes[lane.Index].Queue.Events);
        }

        return ReportRequest.Combine(Array.ConvertAll(lanes, lane => new AttemptPart(lane, _lanes[lane.Index].Queue.Count)), [.. events]);
    }

    private async ValueTask<LoadedPlan> LoadQuarantinedAsync(IOutboxClaim claim, EventLane lane, QuarantinedEvent quarantined, TimeSpan now, CancellationToken cancellationToken)
    {
        OutboxEvent? found = null;
        if (_held.Contains(quarantined.Item.Name))
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
            : Resolve(read, now) is { } resolved ? ReportRequest.Of(AttemptKind.RetryQuarantined, lane.State, resolved)
            : PlanOutcome.NotYet;
    }

    /// <summary>
    /// An event of a name on hold: the one that was picked before and couldn't be sent, or in turn one picked at random, which finds a
    /// good one among many, and the one behind that of last time, so that each has its turn, however few are good.
    /// </summary>
    private async ValueTask<LoadedPlan> LoadHeldAsync(IOutboxClaim claim, HeldName held, TimeSpan now, CancellationToken cancellationToken)
    {
        OutboxEvent? found = held.Picked is { } before ? await claim.ReadHeldAsync(held.Name, before - 1, cancellationToken).ConfigureAwait(false)
            : held.IsRandomDue ? await ReadRandomHeldAsync(claim, held.Name, cancellationToken).ConfigureAwait(false)
            : await ReadHeldFromAsync(claim, held.Name, held.LastInOrder, cancellationToken).ConfigureAwait(false);
        EventLane lane = LaneOf(found?.Partition ?? 0);
        held.NotePicked(found?.Position, lane.State.Index);
        return found is not { } picked ? PlanOutcome.Gone
            : _dispatcher.InFlightOf(lane.State) is not null || now < lane.State.WaitUntil ? PlanOutcome.LaneBusy
            : Resolve(picked, now) is { } resolved ? ReportRequest.Of(AttemptKind.ProbeHeldName, lane.State, resolved)
            : PlanOutcome.NotYet;
    }

    private async ValueTask<OutboxEvent?> ReadRandomHeldAsync(IOutboxClaim claim, string eventName, CancellationToken cancellationToken)
    {
        // From the oldest one on: before it there may be millions of positions, and whichever was picked of these, it would be that one.
        OutboxPositions positions = await _outbox.GetPositionsAsync(cancellationToken).ConfigureAwait(false);
        long oldest = positions.OldestHeld ?? positions.LastAppended;
        long after = _random.NextInt64(oldest - 1, positions.LastAppended + 1);
        return await ReadHeldFromAsync(claim, eventName, after, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>An event that is picked at random, over all that is pending: what is at the head of the lanes may be bad to the last.</summary>
    private async ValueTask<LoadedPlan> LoadRandomAsync(IOutboxClaim claim, bool keepsOrder, TimeSpan now, CancellationToken cancellationToken)
    {
        if (await ReadRandomAsync(claim, cancellationToken).ConfigureAwait(false) is not { } picked)
        {
            return PlanOutcome.Gone;
        }

        LaneState lane = LaneOf(picked.Partition).State;
        OutboxEvent? first = await ReadFirstOfUserAsync(claim, picked, now, cancellationToken).ConfigureAwait(false);
        OutboxEvent probe = keepsOrder ? first ?? picked : picked;
        return _settlements.Contains(probe.Position) || Resolve(probe, now) is not { } resolved
            ? PlanOutcome.NotYet
            : ReportRequest.Of(lane.Quarantined.ContainsKey(probe.Position) ? AttemptKind.RetryQuarantined : AttemptKind.ProbeRandom, lane, resolved);
    }

    private async ValueTask<OutboxEvent?> ReadRandomAsync(IOutboxClaim claim, CancellationToken cancellationToken)
    {
        OutboxPositions positions = await _outbox.GetPositionsAsync(cancellationToken).ConfigureAwait(false);
        if (positions.OldestPending is not { } oldest || claim.Partitions.Count == 0)
        {
            return null;
        }

        long from = _random.NextInt64(oldest - 1, positions.LastAppended);
        int first = _random.Next(claim.Partitions.Count);
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
        EventLane lane = LaneOf(picked.Partition);
        List<OutboxEvent> events = [];
        await claim.ReadAsync(picked.Partition, 0, PageEvents, int.MaxValue, events, cancellationToken).ConfigureAwait(false);
        int user = EventUser.KeyOf(picked);
        int first = events.FindIndex(read => EventUser.KeyOf(read) == user && Prepare(lane, read, now) is not null);
        return first >= 0 ? events[first] : null;
    }

    private async ValueTask<OutboxEvent?> ReadOneAsync(IOutboxClaim claim, int partition, long after, CancellationToken cancellationToken)
    {
        _read.Clear();
        await claim.ReadAsync(partition, after, 1, int.MaxValue, _read, cancellationToken).ConfigureAwait(false);
        return _read.Count > 0 ? _read[0] : null;
    }

    private EventLane LaneOf(int partition) => _lanes[partition % _lanes.Length];

    private static async ValueTask<OutboxEvent?> ReadHeldFromAsync(IOutboxClaim claim, string eventName, long after, CancellationToken cancellationToken) =>
        await claim.ReadHeldAsync(eventName, after, cancellationToken).ConfigureAwait(false)
        ?? await claim.ReadHeldAsync(eventName, 0, cancellationToken).ConfigureAwait(false);
}
