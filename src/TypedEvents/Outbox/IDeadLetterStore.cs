namespace TypedEvents;

/// <summary>Access for people and tools to the events in an outbox: its dead letters and its pending events.</summary>
public interface IDeadLetterStore
{
    /// <summary>Lists events in the order of their positions.</summary>
    /// <param name="query">Which ones.</param>
    /// <param name="maxEvents">
    /// The maximum number of events, at least 1. The next page begins after the position of the last one (<see cref="OutboxQuery.After"/>).
    /// </param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Events with memory of their own: they don't change, whatever happens to them in the outbox.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxEvents"/> is less than 1.</exception>
    ValueTask<IReadOnlyList<StoredEvent>> ListAsync(OutboxQuery query, int maxEvents, CancellationToken cancellationToken = default);

    /// <summary>Counts events.</summary>
    /// <param name="query">Which ones.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    ValueTask<long> CountAsync(OutboxQuery query, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes dead letters pending again, behind all pending events, oldest first and as many as there is room for. Each gets a new position
    /// and keeps its <c>random_id</c>.
    /// </summary>
    /// <param name="query">Which dead letters.</param>
    /// <param name="cancellationToken">Ends the attempt; what was replayed until then stays so.</param>
    /// <returns>The number of events that are pending again.</returns>
    /// <exception cref="ArgumentException"><paramref name="query"/> is for pending events.</exception>
    ValueTask<long> ReplayAsync(OutboxQuery query, CancellationToken cancellationToken = default);

    /// <summary>
    /// Removes events permanently and counts them as purged. A pending event that is in flight may still be delivered.
    /// With <see cref="OutboxQuery.User"/>, what an <see cref="Outbox.IUserStore"/> remembers of that user is removed too, once the outbox holds no
    /// event of theirs, under the external id or the EUID.
    /// </summary>
    /// <param name="query">Which ones.</param>
    /// <param name="cancellationToken">Ends the attempt; what was purged until then stays so.</param>
    /// <returns>The number of events that were removed.</returns>
    ValueTask<long> PurgeAsync(OutboxQuery query, CancellationToken cancellationToken = default);
}
