using System.Runtime.InteropServices;

namespace TypedEvents;

/// <summary>
/// Fills the lanes with the next pending events. What it gives is ready to be sent; what isn't, because its user isn't registered or its
/// name is on hold, is read again when it is. Nobody but this and <see cref="PlanLoader"/> reads events from the outbox.
/// </summary>
internal sealed class EventReader
{
    /// <summary>How many events of a partition are read at a time to find those of a user.</summary>
    private const int PageEvents = 1000;

    private readonly IEventOutbox _outbox;
    private readonly DeliverySettings _settings;
    private readonly RequestDispatcher _dispatcher;
    private readonly HeldNameSchedule _held;
    private readonly SettlementQueue _settlements;
    private readonly UserResolver _users;
    private readonly DeadLetterNotifier? _deadLetters;
    private readonly EventLane[] _lanes;
    private readonly LaneView[] _views;
    private List<OutboxEvent> _read = [];
    private readonly List<OutboxEvent> _unreadable = [];
    private readonly HashSet<long> _unreadablePositions = [];
    private TimeSpan _nextPoll;
    private volatile bool _hasAppended;

    /// <param name="outbox">Where the events are.</param>
    /// <param name="settings">How far to read ahead.</param>
    /// <param name="policy">The lanes' states.</param>
    /// <param name="dispatcher">Which lanes have a request in flight: these aren't filled.</param>
    /// <param name="held">The names on hold, whose events aren't sent with the others.</param>
    /// <param name="settlements">Which events are as good as gone.</param>
    /// <param name="users">Whose EUID is known.</param>
    /// <param name="deadLetters">Is told of events that expire; <see langword="null"/>: nobody is.</param>
    public EventReader(
        IEventOutbox outbox,
        DeliverySettings settings,
        DeliveryPolicy policy,
        RequestDispatcher dispatcher,
        HeldNameSchedule held,
        SettlementQueue settlements,
        UserResolver users,
        DeadLetterNotifier? deadLetters)
    {
        _outbox = outbox;
        _settings = settings;
        _dispatcher = dispatcher;
        _held = held;
        _settlements = settlements;
        _users = users;
        _deadLetters = deadLetters;
        _lanes = new EventLane[policy.Lanes.Count];
        _views = new LaneView[_lanes.Length];
        for (int i = 0; i < _lanes.Length; i++)
        {
            _lanes[i] = new EventLane(policy.Lanes[i]);
        }
    }

    public EventLane this[LaneState lane] => _lanes[lane.Index];

    /// <summary>Whether something was appended that the lanes haven't looked for yet.</summary>
    public bool HasAppended => _hasAppended;

    /// <summary>
    /// Whether an event became visible late, after the lanes were filled: no request is made before they are filled again, so that it is sent
    /// before the later ones of its user.
    /// </summary>
    public bool IsRefillDue { get; private set; }

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

    /// <summary>Whether an event up to a position was passed because there was no room for its user.</summary>
    public bool HasPassed(long last) => Array.Exists(_lanes, lane => lane.HasPassed(last));

    /// <summary>Notes that there is no room for some users: their events are read again when there is.</summary>
    public void NotePassed(List<UnregisteredUser> users)
    {
        foreach (UnregisteredUser user in users)
        {
            NotePassed(user);
        }
    }

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
        ForgetUnreadable();
        foreach (EventLane lane in _lanes)
        {
            lane.Begin([]);
        }
    }

    /// <summary>Fills the lanes that have no request in flight.</summary>
    public async ValueTask FillAsync(IOutboxClaim claim, TimeSpan now, CancellationToken cancellationToken)
    {
        IsRefillDue = false;
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
            if (_users.HasRoomAgain)
            {
                lane.RewindPassed();
            }

            if (_dispatcher.InFlightOf(lane.State) is not null)
            {
                continue;
            }

            if (IsExpiryDue(lane, now))
            {
                lane.NoteExpired(now);
                for (int i = 0; i < lane.Partitions.Count; i++)
                {
                    List<OutboxEvent>? expired = _deadLetters is null ? null : [];
                    await claim.ExpireAsync(lane.Partitions[i], _settings.MaxEventAge.GetValueOrDefault(), expired, cancellationToken).ConfigureAwait(false);
                    if (expired is { Count: > 0 })
                    {
                        _deadLetters!.Notify(DeadLetterNotifier.Copy(expired, new DeadLetterReason(DeadLetterKind.Expired)));
                    }
                }
            }

            lane.Rewind();
            if (!lane.Queue.MayHaveMore || lane.Partitions.Count == 0)
            {
                continue;
            }

            uint first = lane.Queue.BeginFill(now);
            bool mayHaveMore = false;
            for (int i = 0; i < lane.Partitions.Count; i++)
            {
                int partition = lane.Partitions[(int)((first + (uint)i) % (uint)lane.Partitions.Count)];
                mayHaveMore |= await FillAsync(claim, lane, partition, now, cancellationToken).ConfigureAwait(false);
            }

            lane.Queue.EndFill(mayHaveMore);
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
                LaneOf(user.Partition).RewindBeforePassed(user.Partition, user.FirstPosition);
            }
        }
    }

    /// <summary>
    /// Has the events read again that waited for users whom the outbox knows from before. None of them was passed: it would have been found
    /// then.
    /// </summary>
    public void RewindForKnown(List<UnregisteredUser> users)
    {
        foreach (UnregisteredUser user in users)
        {
            LaneOf(user.Partition).RewindBefore(user.Partition, user.FirstPosition);
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
                if (_unreadablePositions.Add(read.Position))
                {
                    _unreadable.Add(read);
                }

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

        OutboxEvent[] events = _unreadable.ToArray();
        ForgetUnreadable();
        return events;
    }

    /// <summary>Reads the next pending events of a partition, whatever the lanes have read.</summary>
    /// <returns>Whether there are more.</returns>
    public ValueTask<bool> ReadPageAsync(IOutboxClaim claim, int partition, long after, List<OutboxEvent> destination, CancellationToken cancellationToken) =>
        ReadAsync(claim, new OutboxReadRequest(partition) { After = after, MaxEvents = PageEvents }, destination, cancellationToken);

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

    private void ForgetUnreadable()
    {
        _unreadable.Clear();
        _unreadablePositions.Clear();
    }

    /// <summary>Whether a lane's partitions are to be searched for events over the age limit; those that never were are.</summary>
    private bool IsExpiryDue(EventLane lane, TimeSpan now) =>
        _settings.MaxEventAge is not null && !(now - lane.ExpiredAt < RetrySchedules.ExpiryInterval) && _settlements.IsEmpty;

    /// <returns>Whether the partition may have more.</returns>
    private async ValueTask<bool> FillAsync(IOutboxClaim claim, EventLane lane, int partition, TimeSpan now, CancellationToken cancellationToken)
    {
        ReadAheadQueue queue = lane.Queue;
        while (queue.Count < _settings.MaxBatchEvents && queue.Bytes < _settings.MaxBatchBytes)
        {
            _read.Clear();
            long after = queue.ReadUpTo(partition);
            OutboxReadResult result = await claim.ReadAsync(
                new OutboxReadRequest(partition)
                {
                    After = after,
                    MaxEvents = _settings.MaxBatchEvents - queue.Count,
                    MaxBytes = (int)(_settings.MaxBatchBytes - queue.Bytes),
                },
                _read,
                cancellationToken).ConfigureAwait(false);
            if (result.LatePosition is { } late)
            {
                // What was read behind it is read again, so that the events of its user keep their order.
                ThrowUnlessLate(partition, after, late, reported: null);
                queue.Rewind(partition, late);
                continue;
            }

            if (!TryTakeAll(lane, partition, now))
            {
                return true;
            }

            if (!result.HasMore)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes over what was read.</summary>
    /// <returns>Whether all of it: not so where there is no room for an event's user before others are registered, or looked up.</returns>
    private bool TryTakeAll(EventLane lane, int partition, TimeSpan now)
    {
        ReadOnlySpan<OutboxEvent> all = CollectionsMarshal.AsSpan(_read);
        if (AreReady(lane, all))
        {
            lane.Queue.NoteReady(partition, ref _read);
            return true;
        }

        foreach (ref readonly OutboxEvent read in all)
        {
            if (!TryMakeRoomFor(read, lane) && !_users.MayPass)
            {
                return false;
            }

            lane.Queue.NoteRead(partition, read.Position, Prepare(lane, read, now));
        }

        return true;
    }

    /// <summary>Whether events are sent as they were read: nothing is kept back, and all have their user's EUID. That is the usual case.</summary>
    private bool AreReady(EventLane lane, ReadOnlySpan<OutboxEvent> events)
    {
        if (!_settlements.IsEmpty || _held.Names.Count > 0 || lane.State.Quarantined.Count > 0)
        {
            return false;
        }

        foreach (ref readonly OutboxEvent read in events)
        {
            if (read.User.IsExternalId)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A new user takes the place of one whom a response omitted: it may be the one that EngageLab gives an EUID.</summary>
    private bool TryMakeRoomFor(in OutboxEvent read, EventLane lane)
    {
        while (!_users.HasRoomFor(read))
        {
            if (!lane.Queue.IsNew(read.Partition, read.Position) || _users.EvictOmitted() is not { } evicted)
            {
                return false;
            }

            NotePassed(evicted);
        }

        return true;
    }

    /// <summary>The event as it is sent with the next ones of its lane; <see langword="null"/> where it isn't among these.</summary>
    public OutboxEvent? Prepare(EventLane lane, in OutboxEvent read, TimeSpan now) =>
        lane.State.Quarantined.ContainsKey(read.Position) || _settlements.Contains(read.Position) || _held.Contains(read.EventName)
            ? null
            : Resolve(read, now);

    public EventLane LaneOf(int partition) => _lanes[partition % _lanes.Length];

    /// <summary>Reads beside the lanes. An event that became visible late has its lane rewound, and the read is made again.</summary>
    /// <returns>Whether there are more.</returns>
    public async ValueTask<bool> ReadAsync(IOutboxClaim claim, OutboxReadRequest request, List<OutboxEvent> destination, CancellationToken cancellationToken)
    {
        long? reported = null;
        request = request with { IsPeek = true };
        while (true)
        {
            OutboxReadResult result = await claim.ReadAsync(request, destination, cancellationToken).ConfigureAwait(false);
            if (result.LatePosition is not { } late)
            {
                return result.HasMore;
            }

            ThrowUnlessLate(request.Partition, request.After, late, reported);
            reported = late;
            LaneOf(request.Partition).RewindBefore(request.Partition, late);
            IsRefillDue = true;
        }
    }

    /// <exception cref="InvalidOperationException">The position isn't one that a read can report as late.</exception>
    private static void ThrowUnlessLate(int partition, long after, long late, long? reported)
    {
        if (late > after || late < 1 || late == reported)
        {
            throw new InvalidOperationException(
                $"The outbox reported that position {late} of partition {partition} became visible late, to a read that began after {after}{(late == reported ? ", twice" : "")}. A late position is at least 1, lies at or before that position, and is reported once.");
        }
    }

    private void NotePassed(UnregisteredUser user)
    {
        if (user.FirstPosition != UnregisteredUser.NoPosition)
        {
            LaneOf(user.Partition).NotePassed(user.Partition, user.FirstPosition);
        }
    }
}
