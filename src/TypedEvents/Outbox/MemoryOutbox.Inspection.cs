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
            return ValueTask.FromResult<IReadOnlyList<StoredEvent>>(
            [
                .. Find(query).OrderBy(stored => stored.Position).Take(maxEvents).Select(stored => stored with { Json = stored.Json.ToArray() }),
            ]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> CountAsync(OutboxQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        lock (_lock)
        {
            return ValueTask.FromResult(Find(query).LongCount());
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
            foreach (StoredEvent stored in Find(query).ToList())
            {
                if (!_held.Contains(stored.EventName) && !HasRoomFor(stored.Json.Length))
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
            List<StoredEvent> purged = [.. Find(query)];
            foreach (StoredEvent stored in purged)
            {
                if (stored.State == StoredEventState.DeadLetter)
                {
                    RemoveDeadLetter(_deadLetters[stored.Position]);
                }
                else
                {
                    TryRemovePending(_partitions.Select(partition => partition.Find(stored.Position)).First(found => found is not null)!.Value, isDelivered: false);
                }
            }

            _purged += purged.Count;
            return ValueTask.FromResult((long)purged.Count);
        }
    }

    private IEnumerable<StoredEvent> Find(OutboxQuery query) =>
        (query.State == StoredEventState.DeadLetter
            ? _deadLetters.Values.Select(deadLetter => deadLetter.Event)
            : _partitions.SelectMany(partition => partition.Events).Select(ToStored))
        .Where(query.Fits);
}
