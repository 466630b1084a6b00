namespace TypedEvents;

/// <summary>
/// The events of a memory outbox and what is counted of them. Every change leaves the accounting invariant true and the caps kept. Not for
/// several threads at once.
/// </summary>
internal sealed class MemoryStore
{
    /// <summary>A quarter of the limit at most is kept while it isn't needed.</summary>
    private const int SpareShare = 4;

    private readonly long _maxBytes;
    private readonly long _maxDeadLetterBytes;
    private readonly MemoryPartition[] _partitions;
    private readonly SpareSegments _spares;
    private readonly PendingUsers _users = new();
    private readonly AppendTimes _times = new();
    private readonly HeldNames _held = new();
    private readonly MemoryDeadLetters _deadLetters = new();
    private long _lastPosition;
    private long _pendingBytes;
    private long _heldBytes;
    private long _heldEvents;
    private long _appended;
    private long _pending;
    private long _delivered;
    private long _evicted;
    private long _purged;
    private long _leftOver;

    /// <param name="maxBytes">How many bytes of memory pending events take at most, held ones not counted.</param>
    /// <param name="maxDeadLetterBytes">How many bytes of memory dead letters and held events take at most.</param>
    public MemoryStore(long maxBytes, long maxDeadLetterBytes)
    {
        _maxBytes = maxBytes;
        _maxDeadLetterBytes = maxDeadLetterBytes;
        _spares = new SpareSegments(maxBytes / SpareShare);
        _partitions = new MemoryPartition[Partition.Count];
        for (int i = 0; i < _partitions.Length; i++)
        {
            _partitions[i] = new MemoryPartition(i, _spares);
        }
    }

    public IReadOnlyCollection<string> HeldNames => _held.Names;

    /// <summary>The memory in which pending events are kept, in bytes; the objects around it are few.</summary>
    public long MemoryBytes
    {
        get
        {
            long bytes = _spares.Bytes;
            foreach (MemoryPartition partition in _partitions)
            {
                bytes += partition.Capacity;
            }

            return bytes;
        }
    }

    /// <summary>What a pending event takes in memory, in bytes.</summary>
    public static long SizeOf(int jsonLength, EngageUser user) =>
        EventPage.BytesOf(jsonLength, user) + EventPage.OverheadBytes + (user.IsExternalId ? PendingUsers.BytesPerEvent : 0);

    /// <returns>How many blocks there was room for.</returns>
    public int Append(IReadOnlyList<EventBlock> blocks, DateTimeOffset now)
    {
        int taken = 0;
        while (taken < blocks.Count && HasRoomFor(blocks[taken].UsedBytes + ((long)blocks[taken].UserCount * PendingUsers.BytesPerEvent)))
        {
            EventBlock block = blocks[taken++];
            _times.Note(_lastPosition + 1, now);
            for (int i = 0; i < block.Count;)
            {
                i += AddPending(block, i);
            }

            _appended += block.Count;
        }

        EvictOverCap();
        return taken;
    }

    /// <param name="isClaimed">Whether a claim holds all partitions.</param>
    public OutboxPositions GetPositions(bool isClaimed)
    {
        long? oldest = OldestPending(_held);
        return new OutboxPositions
        {
            LastAppended = _lastPosition,
            OldestPending = oldest,
            OldestPendingElsewhere = isClaimed ? null : oldest,
            OldestHeld = _held.Oldest?.Position,
        };
    }

    public OutboxStatistics GetStatistics() => new()
    {
        Appended = _appended,
        Delivered = _delivered,
        Pending = _pending,
        PendingRegistration = _users.EventCount,
        Held = _heldEvents,
        OldestPendingAt = OldestPending(_held) is { } oldest ? _times.Of(oldest) : null,
        DeadLetters = _deadLetters.Count,
        Discarded = new DiscardedEvents { Evicted = _evicted, Purged = _purged, LeftOver = _leftOver },
    };

    public long[] CountPendingByPartition() => Array.ConvertAll(_partitions, partition => (long)partition.Count);

    /// <summary>Adds pending events that aren't held to <paramref name="destination"/>.</summary>
    /// <returns>Whether there are more than had room.</returns>
    public bool Read(OutboxReadRequest request, ICollection<OutboxEvent> destination) =>
        _partitions[request.Partition].Read(request.After, request.MaxEvents, request.MaxBytes, _held, destination);

    public OutboxEvent? ReadHeld(string eventName, long after) =>
        _held.FirstAfter(eventName, after) is var (partition, position) ? partition.Find(position) : null;

    public void SettleDelivered(IReadOnlyList<OutboxEvent> events)
    {
        // An array, as the tracker passes it, is read without copies of its events.
        ReadOnlySpan<OutboxEvent> left = events as OutboxEvent[] ?? new List<OutboxEvent>(events).ToArray();
        while (!left.IsEmpty)
        {
            int removed = RemoveFirst(left);
            if (removed == 0)
            {
                _delivered += TryRemovePending(in left[0], isDelivered: true) ? 1 : 0;
                removed = 1;
            }

            left = left[removed..];
        }
    }

    public void SettleDeadLetter(IReadOnlyList<OutboxEvent> events, DeadLetterReason reason)
    {
        foreach (OutboxEvent settled in events)
        {
            if (_partitions[settled.Partition].Find(settled.Position) is { } pending)
            {
                MakeDeadLetter(pending, reason);
            }
        }

        EvictOverCap();
    }

    public void Hold(string eventName)
    {
        if (!_held.TryHold(eventName))
        {
            return;
        }

        foreach (OutboxEvent pending in PendingOf(eventName))
        {
            _held.Add(eventName, _partitions[pending.Partition], pending.Position);
            _heldBytes += SizeOf(pending.Json.Length, pending.User);
            _heldEvents++;
        }

        EvictOverCap();
    }

    public void Release(string eventName)
    {
        if (!_held.Release(eventName))
        {
            return;
        }

        foreach (OutboxEvent pending in PendingOf(eventName))
        {
            _heldBytes -= SizeOf(pending.Json.Length, pending.User);
            _heldEvents--;
        }
    }

    /// <param name="partition">Whose events.</param>
    /// <param name="maxAge">The limit.</param>
    /// <param name="expired">Where to add the events that became dead letters; <see langword="null"/> where nobody asks.</param>
    /// <param name="now">The time.</param>
    public void Expire(int partition, TimeSpan maxAge, ICollection<OutboxEvent>? expired, DateTimeOffset now)
    {
        if (!_times.HasOlder(maxAge, now))
        {
            return;
        }

        // All of them: where the clock was set back meanwhile, a young one stands before an old one.
        foreach (OutboxEvent pending in _partitions[partition].Events)
        {
            if (_times.IsOlder(pending.Position, maxAge, now))
            {
                expired?.Add(pending);
                MakeDeadLetter(pending, new DeadLetterReason(DeadLetterKind.Expired));
            }
        }

        EvictOverCap();
    }

    /// <summary>What fits a query, in any order. Its JSON is valid until the next change.</summary>
    public List<StoredEvent> Find(OutboxQuery query)
    {
        List<StoredEvent> found = [];
        if (query.State == StoredEventState.DeadLetter)
        {
            foreach (MemoryDeadLetter deadLetter in _deadLetters.All)
            {
                AddIfFits(deadLetter.Event);
            }
        }
        else
        {
            foreach (MemoryPartition partition in _partitions)
            {
                partition.Events.ForEach(pending => AddIfFits(ToStored(pending)));
            }
        }

        return found;

        void AddIfFits(StoredEvent stored)
        {
            if (query.Matches(stored))
            {
                found.Add(stored);
            }
        }
    }

    /// <returns>How many dead letters are pending again.</returns>
    public long Replay(OutboxQuery query, DateTimeOffset now)
    {
        long replayed = 0;
        foreach (StoredEvent stored in Find(query))
        {
            if (!_held.Contains(stored.EventName) && !HasRoomFor(SizeOf(stored.Json.Length, stored.User)))
            {
                break;
            }

            MemoryDeadLetter deadLetter = _deadLetters[stored.Position];
            _deadLetters.Remove(deadLetter);
            _times.Note(_lastPosition + 1, now);
            var pending = new BufferedEvent { Partition = deadLetter.Partition, EventName = stored.EventName, User = stored.User, Json = stored.Json };
            AddPending(in pending, stored.AppKey);
            replayed++;
        }

        EvictOverCap();
        return replayed;
    }

    /// <returns>How many events were removed.</returns>
    public long Purge(OutboxQuery query)
    {
        List<StoredEvent> purged = Find(query);
        foreach (StoredEvent stored in purged)
        {
            if (stored.State == StoredEventState.DeadLetter)
            {
                _deadLetters.Remove(_deadLetters[stored.Position]);
            }
            else
            {
                TryRemovePending(FindPending(stored.Position)!.Value, isDelivered: false);
            }
        }

        _purged += purged.Count;
        return purged.Count;
    }

    public List<RegisteredUser> FindUsers(IReadOnlyList<EngageUser> users) => _users.Find(users);

    /// <summary>Saves those users who have pending events, for as long as they have: so none of their later events is sent before these.</summary>
    public void SaveUsers(IReadOnlyList<RegisteredUser> users) => _users.Keep(users);

    /// <summary>Discards all pending events, and counts them as left over.</summary>
    public void DiscardPending()
    {
        _leftOver += _pending;
        _pending = 0;
        _pendingBytes = 0;
        _heldBytes = 0;
        _heldEvents = 0;
        _users.Clear();
        foreach (string eventName in _held.Names)
        {
            _held.Release(eventName);
        }

        foreach (MemoryPartition partition in _partitions)
        {
            partition.Clear();
        }
    }

    /// <summary>While nothing is pending, there is room for an event of any size: it would never find any otherwise.</summary>
    private bool HasRoomFor(long bytes) => _pendingBytes == _heldBytes || _pendingBytes - _heldBytes + bytes <= _maxBytes;

    private long? OldestPending(HeldNames held)
    {
        long? oldest = null;
        foreach (MemoryPartition partition in _partitions)
        {
            if (partition.OldestPending(held) is { } position && !(oldest < position))
            {
                oldest = position;
            }
        }

        return oldest;
    }

    /// <summary>Adds the next events of a block, whose time was noted.</summary>
    /// <returns>How many: several where they have the same name and partition, and neither that name nor their users have to be looked at.</returns>
    private int AddPending(EventBlock block, int index)
    {
        EventRun run = block.RunFrom(index);
        if (run.IsEmpty || _held.Contains(run.EventName))
        {
            BufferedEvent buffered = block[index];
            AddPending(in buffered, block.AppKey);
            return 1;
        }

        // Counted by the segment: one that can't be allocated leaves what was appended before it counted.
        EventRun appended = _partitions[run.Partition].Append(_lastPosition + 1, block.AppKey, run);
        _lastPosition += appended.Count;
        _pending += appended.Count;
        _pendingBytes += appended.Bytes;
        return appended.Count;
    }

    /// <summary>Adds an event whose time was noted.</summary>
    private void AddPending(in BufferedEvent added, string? appKey)
    {
        long position = ++_lastPosition;
        _partitions[added.Partition].Append(position, appKey, in added);
        _pending++;
        long size = SizeOf(added.Json.Length, added.User);
        _pendingBytes += size;
        if (added.User.IsExternalId)
        {
            _users.Add(added.User);
        }

        if (_held.Contains(added.EventName))
        {
            _held.Add(added.EventName, _partitions[added.Partition], position);
            _heldBytes += size;
            _heldEvents++;
        }
    }

    /// <summary>Removes delivered events together that are the first ones of their partition, unless their names or users have to be looked at.</summary>
    /// <returns>How many of the first ones.</returns>
    private int RemoveFirst(ReadOnlySpan<OutboxEvent> delivered)
    {
        if (!_held.IsEmpty)
        {
            return 0;
        }

        int removed = _partitions[delivered[0].Partition].RemoveFirst(delivered, out int bytes);
        _pending -= removed;
        _pendingBytes -= bytes;
        _delivered += removed;
        return removed;
    }

    /// <returns>Whether it was pending.</returns>
    private bool TryRemovePending(in OutboxEvent pending, bool isDelivered)
    {
        if (!_partitions[pending.Partition].Remove(pending.Position, isDelivered, out RemovedEvent removed))
        {
            return false;
        }

        _pending--;
        long size = removed.Size;
        if (removed.User.IsExternalId)
        {
            _users.Remove(removed.User);
            size += PendingUsers.BytesPerEvent;
        }

        _pendingBytes -= size;
        if (_held.Contains(pending.EventName))
        {
            _held.Remove(pending.EventName, pending.Position);
            _heldBytes -= size;
            _heldEvents--;
        }

        return true;
    }

    private void MakeDeadLetter(OutboxEvent pending, DeadLetterReason reason)
    {
        StoredEvent stored = ToStored(pending) with { State = StoredEventState.DeadLetter, Json = pending.Json.ToArray(), Reason = reason };
        if (TryRemovePending(pending, isDelivered: false))
        {
            _deadLetters.Add(new MemoryDeadLetter(stored, pending.Partition));
        }
    }

    private void EvictOverCap()
    {
        while (_deadLetters.Bytes + _heldBytes + (_heldEvents * TypedEvents.HeldNames.BytesPerEvent) > _maxDeadLetterBytes)
        {
            MemoryDeadLetter? oldest = _deadLetters.Oldest;
            if (_held.Oldest is var (partition, position) && !(oldest?.Position < position))
            {
                TryRemovePending(partition.Find(position)!.Value, isDelivered: false);
            }
            else
            {
                _deadLetters.Remove(oldest!);
            }

            _evicted++;
        }

        _times.ForgetBefore(Math.Min(
            OldestPending(TypedEvents.HeldNames.None) ?? _lastPosition,
            _lastPosition));
    }

    private OutboxEvent? FindPending(long position)
    {
        foreach (MemoryPartition partition in _partitions)
        {
            if (partition.Find(position) is { } pending)
            {
                return pending;
            }
        }

        return null;
    }

    private List<OutboxEvent> PendingOf(string eventName)
    {
        List<OutboxEvent> pending = [];
        foreach (MemoryPartition partition in _partitions)
        {
            pending.AddRange(partition.Events.FindAll(one => one.EventName == eventName));
        }

        return pending;
    }

    private StoredEvent ToStored(OutboxEvent pending) => new()
    {
        Position = pending.Position,
        State = StoredEventState.Pending,
        EventName = pending.EventName,
        AppKey = pending.AppKey,
        User = pending.User,
        Json = pending.Json,
        AppendedAt = _times.Of(pending.Position),
    };
}
