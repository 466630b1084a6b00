using System.Runtime.InteropServices;

namespace TypedEvents;

/// <summary>
/// The one reader of pending events: it fills the lanes, and reads single events again that are sent alone. What it gives is ready to be
/// sent; what isn't, because its user isn't registered or its name is on hold, is read again when it is.
/// </summary>
internal sealed class EventReader
{
    /// <summary>How far to look for the first event of a user, and how many events of a user are read at a time.</summary>
    private const int PageEvents = 1000;

    private readonly IEventOutbox _outbox;
    private readonly DeliverySettings _settings;
    private readonly HeldNameSchedule _held;
    private readonly SettlementQueue _settlements;
    private readonly UserResolver _users;
    private readonly Random _random;
    private readonly EventLane[] _lanes;
    private readonly List<OutboxEvent> _read = [];
    private readonly Dictionary<long, OutboxEvent> _unreadable = [];
    private TimeSpan _nextPoll;
    private volatile bool _hasAppended;

    public EventReader(IEventOutbox outbox, DeliverySettings settings, HeldNameSchedule held, SettlementQueue settlements, UserResolver users, Random random)
    {
        _outbox = outbox;
        _settings = settings;
        _held = held;
        _settlements = settlements;
        _users = users;
        _random = random;
        _lanes = new EventLane[settings.MaxConcurrentRequests];
        for (int i = 0; i < _lanes.Length; i++)
        {
            _lanes[i] = new EventLane();
        }
    }

    public EventLane[] Lanes => _lanes;

    /// <summary>Whether something was appended that the lanes haven't looked for yet.</summary>
    public bool HasAppended => _hasAppended;

    /// <summary>Whether the outbox gives nothing more, nothing is read ahead, and nothing is quarantined.</summary>
    public bool IsExhausted =>
        Array.TrueForAll(_lanes, lane => lane.Queue.Count == 0 && !lane.Queue.MayHaveMore && !lane.HasRewinds && lane.State.Quarantined.Count == 0);

    public EventLane LaneOf(int partition) => _lanes[partition % _lanes.Length];

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
            if (lane.InFlight is not null)
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

    /// <summary>The event as it is sent; <see langword="null"/> where its user has to be registered first, or it can't be sent at all.</summary>
    public OutboxEvent? Resolve(in OutboxEvent read, TimeSpan now)
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

    /// <summary>Reads a quarantined event again.</summary>
    /// <returns>The event, or <see langword="null"/> where it is no longer pending.</returns>
    public async ValueTask<OutboxEvent?> ReadQuarantinedAsync(IOutboxClaim claim, EventLane lane, QuarantinedEvent quarantined, CancellationToken cancellationToken)
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

        return found?.Position == quarantined.Item.Id ? found : null;
    }

    /// <summary>
    /// Reads an event of a name on hold: the one that was picked before and couldn't be sent, or in turn one picked at random, which finds a
    /// good one among many, and the one behind that of last time, so that each has its turn, however few are good.
    /// </summary>
    public async ValueTask<OutboxEvent?> ReadHeldAsync(IOutboxClaim claim, HeldName held, CancellationToken cancellationToken)
    {
        if (held.Picked is { } before)
        {
            return await claim.ReadHeldAsync(held.Name, before - 1, cancellationToken).ConfigureAwait(false);
        }

        if (held.IsRandomDue)
        {
            // From the oldest one on: before it there may be millions of positions, and whichever was picked of these, it would be that one.
            OutboxPositions positions = await _outbox.GetPositionsAsync(cancellationToken).ConfigureAwait(false);
            long oldest = positions.OldestHeld ?? positions.LastAppended;
            long after = _random.NextInt64(oldest - 1, positions.LastAppended + 1);
            held.IsRandomDue = false;
            return await ReadHeldFromAsync(claim, held.Name, after, cancellationToken).ConfigureAwait(false);
        }

        OutboxEvent? next = await ReadHeldFromAsync(claim, held.Name, held.LastInOrder, cancellationToken).ConfigureAwait(false);
        held.LastInOrder = next?.Position ?? 0;
        held.IsRandomDue = true;
        return next;
    }

    /// <summary>Reads an event that is picked at random, over all that is pending: what is at the head of the lanes may be bad to the last.</summary>
    public async ValueTask<OutboxEvent?> ReadRandomAsync(IOutboxClaim claim, CancellationToken cancellationToken)
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
    public async ValueTask<OutboxEvent?> ReadFirstOfUserAsync(IOutboxClaim claim, OutboxEvent picked, TimeSpan now, CancellationToken cancellationToken)
    {
        EventLane lane = LaneOf(picked.Partition);
        List<OutboxEvent> events = [];
        await claim.ReadAsync(picked.Partition, 0, PageEvents, int.MaxValue, events, cancellationToken).ConfigureAwait(false);
        int user = EventUser.KeyOf(picked);
        int first = events.FindIndex(read => EventUser.KeyOf(read) == user && Prepare(lane, read, now) is not null);
        return first >= 0 ? events[first] : null;
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

    private async ValueTask<OutboxEvent?> ReadOneAsync(IOutboxClaim claim, int partition, long after, CancellationToken cancellationToken)
    {
        _read.Clear();
        await claim.ReadAsync(partition, after, 1, int.MaxValue, _read, cancellationToken).ConfigureAwait(false);
        return _read.Count > 0 ? _read[0] : null;
    }

    private static async ValueTask<OutboxEvent?> ReadHeldFromAsync(IOutboxClaim claim, string eventName, long after, CancellationToken cancellationToken) =>
        await claim.ReadHeldAsync(eventName, after, cancellationToken).ConfigureAwait(false)
        ?? await claim.ReadHeldAsync(eventName, 0, cancellationToken).ConfigureAwait(false);
}
