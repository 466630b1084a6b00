namespace TypedEvents;

/// <summary>Keeps events in memory, up to a limit: they survive a server that is down, and end with the process.</summary>
public sealed class MemoryOutbox : IEventOutbox
{
    /// <summary>16 MiB.</summary>
    public const int DefaultMaxBytes = 16 * 1024 * 1024;

    /// <summary>64 MiB.</summary>
    public const int DefaultMaxDeadLetterBytes = 64 * 1024 * 1024;

    private readonly object _lock = new();
    private readonly MemoryStore _store;
    private readonly TimeProvider _clock;
    private MemoryClaim? _claim;

    /// <summary>Creates an empty outbox.</summary>
    /// <param name="maxBytes">
    /// The maximum memory of pending events in bytes: their JSON, the external ids of users whose EUID isn't known yet, and the bookkeeping that is
    /// needed to find each of them again. At least 64 KiB; default: 16 MiB. Once the events are delivered, at most a quarter of it is kept for the
    /// next ones.
    /// </param>
    /// <param name="maxDeadLetterBytes">
    /// The maximum memory of dead letters and held events in bytes, counted as above: at least 64 KiB. When it is exceeded, the oldest are removed and
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
        _store = new MemoryStore(maxBytes, maxDeadLetterBytes);
        _clock = timeProvider ?? TimeProvider.System;
    }

    /// <summary>No: its events end with it.</summary>
    public bool IsDurable => false;

    /// <summary>10 seconds: nobody else appends, but a person may replay dead letters.</summary>
    public TimeSpan PollInterval => TimeSpan.FromSeconds(10);

    /// <summary>Always <see langword="null"/>: the statistics can be read.</summary>
    public string? StatisticsUnavailableReason => null;

    /// <summary>Always <see langword="null"/>: the process can send.</summary>
    public string? AppendOnlyReason => null;

    internal DateTimeOffset Now => _clock.GetUtcNow();

    /// <summary>The memory in which pending events are kept, in bytes; the objects around it are few.</summary>
    internal long MemoryBytes
    {
        get
        {
            lock (_lock)
            {
                return _store.MemoryBytes;
            }
        }
    }

    /// <summary>Accepts every target: its events end with the process that knows where they go.</summary>
    /// <param name="opening">Isn't needed.</param>
    /// <param name="cancellationToken">Isn't needed: the outbox is open at once.</param>
    public ValueTask OpenAsync(OutboxOpening opening, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(opening);
        return ValueTask.CompletedTask;
    }

    /// <summary>Accepts every target.</summary>
    /// <param name="target">Isn't needed.</param>
    /// <param name="cancellationToken">Isn't needed.</param>
    public ValueTask AddTargetAsync(OutboxTarget target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<int> AppendAsync(IReadOnlyList<EventBlock> blocks, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return ValueTask.FromResult(_store.Append(blocks, _clock.GetUtcNow()));
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

            _claim = new MemoryClaim(this, _store.HeldNames);
            return ValueTask.FromResult<IOutboxClaim?>(_claim);
        }
    }

    /// <inheritdoc/>
    public ValueTask<OutboxPositions> GetPositionsAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return ValueTask.FromResult(_store.GetPositions(isClaimed: _claim is not null));
        }
    }

    /// <inheritdoc/>
    public ValueTask<OutboxStatistics?> GetStatisticsAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return ValueTask.FromResult<OutboxStatistics?>(_store.GetStatistics());
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<long>?> CountPendingByPartitionAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return ValueTask.FromResult<IReadOnlyList<long>?>(_store.CountPendingByPartition());
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredEvent>> ListAsync(OutboxQuery query, int maxEvents, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxEvents, 1);
        lock (_lock)
        {
            List<StoredEvent> found = _store.Find(query);
            found.Sort((one, other) => one.Position.CompareTo(other.Position));
            found.RemoveRange(Math.Min(maxEvents, found.Count), Math.Max(0, found.Count - maxEvents));
            return ValueTask.FromResult<IReadOnlyList<StoredEvent>>(found.ConvertAll(stored => stored with { Json = stored.Json.ToArray() }));
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> CountAsync(OutboxQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        lock (_lock)
        {
            return ValueTask.FromResult((long)_store.Find(query).Count);
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> ReplayAsync(OutboxQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        query.ThrowUnlessDeadLetters();
        lock (_lock)
        {
            return ValueTask.FromResult(_store.Replay(query, _clock.GetUtcNow()));
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> PurgeAsync(OutboxQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        lock (_lock)
        {
            return ValueTask.FromResult(_store.Purge(query));
        }
    }

    /// <summary>Looks up users that <see cref="SaveUsersAsync"/> saved.</summary>
    /// <param name="users">Users with an external id.</param>
    /// <param name="cancellationToken">Isn't needed: the answer is there at once.</param>
    /// <returns>The known ones, in any order.</returns>
    public ValueTask<IReadOnlyList<RegisteredUser>> FindUsersAsync(IReadOnlyList<EngageUser> users, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(users);
        lock (_lock)
        {
            return ValueTask.FromResult<IReadOnlyList<RegisteredUser>>(_store.FindUsers(users));
        }
    }

    /// <summary>
    /// Saves those users who have pending events, for as long as they have any: so none of their later events is sent before these.
    /// </summary>
    /// <param name="users">The users.</param>
    /// <param name="cancellationToken">Isn't needed: they are saved at once.</param>
    public ValueTask SaveUsersAsync(IReadOnlyList<RegisteredUser> users, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(users);
        lock (_lock)
        {
            _store.SaveUsers(users);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Discards the pending events and counts them as left over.</summary>
    /// <returns>The last statistics.</returns>
    public ValueTask<OutboxStatistics?> CloseAsync()
    {
        lock (_lock)
        {
            _store.DiscardPending();
        }

        return GetStatisticsAsync(CancellationToken.None);
    }

    /// <summary>Discards the pending events.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _store.DiscardPending();
        }

        return default;
    }

    /// <summary>Reads for a claim, also for one that was given back.</summary>
    /// <returns>Whether there are more.</returns>
    internal bool Read(OutboxReadRequest request, ICollection<OutboxEvent> destination)
    {
        lock (_lock)
        {
            return _store.Read(request, destination);
        }
    }

    /// <summary>Reads the next event of a name on hold for a claim, also for one that was given back.</summary>
    internal OutboxEvent? ReadHeld(string eventName, long after)
    {
        lock (_lock)
        {
            return _store.ReadHeld(eventName, after);
        }
    }

    /// <summary>Makes a change under a claim.</summary>
    /// <returns>Whether it was made: not under a claim that was given back.</returns>
    internal ValueTask<bool> Change(MemoryClaim claim, Action<MemoryStore> change)
    {
        lock (_lock)
        {
            if (_claim != claim)
            {
                return ValueTask.FromResult(false);
            }

            change(_store);
            return ValueTask.FromResult(true);
        }
    }

    internal void GiveBack(MemoryClaim claim)
    {
        lock (_lock)
        {
            if (_claim == claim)
            {
                _claim = null;
            }
        }
    }
}
