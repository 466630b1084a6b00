namespace TypedEvents;

/// <summary>Keeps events in memory, up to a limit: they survive a server that is down, and end with the process.</summary>
public sealed partial class MemoryOutbox : IEventOutbox
{
    /// <summary>16 MiB.</summary>
    public const int DefaultMaxBytes = 16 * 1024 * 1024;

    /// <summary>64 MiB.</summary>
    public const int DefaultMaxDeadLetterBytes = 64 * 1024 * 1024;

    /// <summary>A quarter of the limit at most is kept while it isn't needed.</summary>
    private const int SpareShare = 4;

    private readonly object _lock = new();
    private readonly long _maxBytes;
    private readonly long _maxDeadLetterBytes;
    private readonly TimeProvider _clock;
    private readonly MemoryPartition[] _partitions;
    private readonly SpareSegments _spares;
    private readonly PendingUsers _users = new();
    private readonly AppendTimes _times = new();
    private readonly HeldNames _held = new();
    private readonly SortedDictionary<long, MemoryDeadLetter> _deadLetters = [];
    private Claim? _claim;
    private long _lastPosition;
    private long _pendingBytes;
    private long _heldBytes;
    private long _heldEvents;
    private long _deadLetterBytes;
    private long _appended;
    private long _pending;
    private long _delivered;
    private long _evicted;
    private long _purged;
    private long _leftOver;

    /// <summary>Makes an empty outbox.</summary>
    /// <param name="maxBytes">
    /// How many bytes of memory pending events take at most: their JSON, the external ids of users whose EUID isn't known yet, and what is
    /// needed to find each of them again. At least 64 KiB; default: 16 MiB. Once they are delivered, a quarter of it at most is kept for the
    /// next ones.
    /// </param>
    /// <param name="maxDeadLetterBytes">
    /// How many bytes of memory dead letters and held events take at most, counted as above: at least 64 KiB; the oldest are removed and
    /// counted as evicted. Default: 64 MiB.
    /// </param>
    /// <param name="timeProvider">The clock of the age limit. Default: the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is less than 64 KiB.</exception>
    public MemoryOutbox(
        long maxBytes = DefaultMaxBytes,
        long maxDeadLetterBytes = DefaultMaxDeadLetterBytes,
        TimeProvider? timeProvider = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 64 * 1024);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxDeadLetterBytes, 64 * 1024);
        _maxBytes = maxBytes;
        _maxDeadLetterBytes = maxDeadLetterBytes;
        _clock = timeProvider ?? TimeProvider.System;
        _spares = new SpareSegments(maxBytes / SpareShare);
        _partitions = new MemoryPartition[Partition.Count];
        for (int i = 0; i < _partitions.Length; i++)
        {
            _partitions[i] = new MemoryPartition(i, _spares);
        }
    }

    /// <summary>No: its events end with it.</summary>
    public bool IsDurable => false;

    /// <summary>10 seconds: nobody else appends, but a person may replay dead letters.</summary>
    public TimeSpan PollInterval => TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public void BindTo(OutboxTarget target)
    {
        // Its events end with the process that knows where they go.
    }

    /// <inheritdoc/>
    public ValueTask AddTargetAsync(OutboxTarget target, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask<int> AppendAsync(IReadOnlyList<EventBlock> blocks, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            DateTimeOffset now = _clock.GetUtcNow();
            for (int i = 0; i < blocks.Count; i++)
            {
                EventBlock block = blocks[i];
                if (!HasRoomFor(block.UsedBytes + ((long)block.UserCount * PendingUsers.BytesPerEvent)))
                {
                    EvictOverCap();
                    return ValueTask.FromResult(i);
                }

                for (int j = 0; j < block.Count; j++)
                {
                    BufferedEvent buffered = block[j];
                    AddPending(buffered.Partition, block.AppKey, buffered.EventName, buffered.User, buffered.Json.Span, now);
                }

                _appended += block.Count;
            }

            EvictOverCap();
            return ValueTask.FromResult(blocks.Count);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_claim is not null)
            {
                return ValueTask.FromResult<IOutboxClaim?>(null);
            }

            _claim = new Claim(this, _held.Names);
            return ValueTask.FromResult<IOutboxClaim?>(_claim);
        }
    }

    /// <inheritdoc/>
    public ValueTask<OutboxPositions> GetPositionsAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return ValueTask.FromResult(new OutboxPositions(_lastPosition, OldestPending(_held), _held.Oldest?.Position));
        }
    }

    /// <inheritdoc/>
    public ValueTask<OutboxStatistics> GetStatisticsAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return ValueTask.FromResult(new OutboxStatistics
            {
                Appended = _appended,
                Delivered = _delivered,
                Pending = _pending,
                PendingRegistration = _users.EventCount,
                DeadLetters = _deadLetters.Count,
                Discarded = new DiscardedEvents { Evicted = _evicted, Purged = _purged, LeftOver = _leftOver },
            });
        }
    }

    /// <inheritdoc/>
    public ValueTask<OutboxStatistics> CloseAsync()
    {
        lock (_lock)
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

        return GetStatisticsAsync(CancellationToken.None);
    }

    /// <summary>Looks up users that were kept by <see cref="SaveUsersAsync"/>.</summary>
    /// <param name="users">Users with an external id.</param>
    /// <param name="cancellationToken">Isn't needed: nothing is waited for.</param>
    /// <returns>Those that are known, in any order.</returns>
    public ValueTask<IReadOnlyList<RegisteredUser>> FindUsersAsync(IReadOnlyList<EngageUser> users, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(users);
        lock (_lock)
        {
            return ValueTask.FromResult<IReadOnlyList<RegisteredUser>>(_users.Find(users));
        }
    }

    /// <summary>Keeps those users of whom events wait, for as long as these wait: so none of their later events goes before them.</summary>
    /// <param name="users">The users.</param>
    /// <param name="cancellationToken">Isn't needed: nothing is waited for.</param>
    public ValueTask SaveUsersAsync(IReadOnlyList<RegisteredUser> users, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(users);
        lock (_lock)
        {
            _users.Keep(users);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Discards what is left.</summary>
    public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);

    /// <summary>The memory in which pending events are kept, in bytes; the objects around it are few.</summary>
    internal long MemoryBytes
    {
        get
        {
            lock (_lock)
            {
                long bytes = _spares.Bytes;
                foreach (MemoryPartition partition in _partitions)
                {
                    bytes += partition.Capacity;
                }

                return bytes;
            }
        }
    }

    /// <summary>What a pending event takes in memory, in bytes.</summary>
    internal static long SizeOf(int jsonLength, EngageUser user) =>
        EventPage.BytesOf(jsonLength, user) + EventPage.OverheadBytes + (user.IsExternalId ? PendingUsers.BytesPerEvent : 0);

    /// <summary>If nothing is pending, a block of any size fits: otherwise it could never be appended.</summary>
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

    private void AddPending(int partition, string? appKey, string eventName, EngageUser user, ReadOnlySpan<byte> json, DateTimeOffset now)
    {
        long position = ++_lastPosition;
        _times.Note(position, now);
        _partitions[partition].Append(position, appKey, eventName, user, json);
        _pending++;
        long size = SizeOf(json.Length, user);
        _pendingBytes += size;
        if (user.IsExternalId)
        {
            _users.Add(user);
        }

        if (_held.Contains(eventName))
        {
            _held.Add(eventName, _partitions[partition], position);
            _heldBytes += size;
            _heldEvents++;
        }
    }

    /// <returns>Whether it was pending.</returns>
    private bool TryRemovePending(OutboxEvent pending, bool isDelivered)
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
            var deadLetter = new MemoryDeadLetter(stored, pending.Partition);
            _deadLetters.Add(stored.Position, deadLetter);
            _deadLetterBytes += deadLetter.Size;
        }
    }

    private void EvictOverCap()
    {
        while (_deadLetterBytes + _heldBytes + (_heldEvents * HeldNames.BytesPerEvent) > _maxDeadLetterBytes)
        {
            MemoryDeadLetter? oldest = OldestDeadLetter();
            if (_held.Oldest is var (partition, position) && !(oldest?.Position < position))
            {
                TryRemovePending(partition.Find(position)!.Value, isDelivered: false);
            }
            else
            {
                RemoveDeadLetter(oldest!);
            }

            _evicted++;
        }

        _times.ForgetBefore(Math.Min(
            OldestPending(HeldNames.None) ?? _lastPosition,
            _lastPosition));
    }

    private MemoryDeadLetter? OldestDeadLetter()
    {
        foreach (MemoryDeadLetter deadLetter in _deadLetters.Values)
        {
            return deadLetter;
        }

        return null;
    }

    private void RemoveDeadLetter(MemoryDeadLetter deadLetter)
    {
        _deadLetters.Remove(deadLetter.Position);
        _deadLetterBytes -= deadLetter.Size;
    }

    private StoredEvent ToStored(OutboxEvent pending) => new(
        pending.Position,
        StoredEventState.Pending,
        pending.EventName,
        pending.AppKey,
        pending.User,
        pending.Json,
        _times.Of(pending.Position),
        null);
}
