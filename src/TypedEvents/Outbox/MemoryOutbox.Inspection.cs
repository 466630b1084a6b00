namespace TypedEvents;

/// <content>What people and tools look at, replay and purge.</content>
public sealed partial class MemoryOutbox
{
    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredEvent>> ListAsync(OutboxQuery query, int maxEvents, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxEvents, 1);
        lock (_lock)
        {
            List<StoredEvent> found = Find(query);
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
            return ValueTask.FromResult((long)Find(query).Count);
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> ReplayAsync(OutboxQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        query.ThrowUnlessDeadLetters();
        lock (_lock)
        {
            DateTimeOffset now = _clock.GetUtcNow();
            long replayed = 0;
            foreach (StoredEvent stored in Find(query))
            {
                if (!_held.Contains(stored.EventName) && !HasRoomFor(SizeOf(stored.Json.Length, stored.User)))
                {
                    break;
                }

                MemoryDeadLetter deadLetter = _deadLetters[stored.Position];
                RemoveDeadLetter(deadLetter);
                AddPending(deadLetter.Partition, stored.AppKey, stored.EventName, stored.User, stored.Json.Span, now);
                replayed++;
            }

            EvictOverCap();
            return ValueTask.FromResult(replayed);
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> PurgeAsync(OutboxQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        lock (_lock)
        {
            List<StoredEvent> purged = Find(query);
            foreach (StoredEvent stored in purged)
            {
                if (stored.State == StoredEventState.DeadLetter)
                {
                    RemoveDeadLetter(_deadLetters[stored.Position]);
                }
                else
                {
                    TryRemovePending(FindPending(stored.Position)!.Value, isDelivered: false);
                }
            }

            _purged += purged.Count;
            return ValueTask.FromResult((long)purged.Count);
        }
    }

    /// <summary>What fits a query, in any order.</summary>
    private List<StoredEvent> Find(OutboxQuery query)
    {
        List<StoredEvent> found = [];
        if (query.State == StoredEventState.DeadLetter)
        {
            foreach (MemoryDeadLetter deadLetter in _deadLetters.Values)
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
            if (query.Fits(stored))
            {
                found.Add(stored);
            }
        }
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
}
