namespace TypedEvents;

/// <summary>The right to send the events of some partitions. Disposing gives it back.</summary>
public interface IOutboxClaim : IAsyncDisposable
{
    /// <summary>The partitions, each 0 to 15.</summary>
    IReadOnlyList<int> Partitions { get; }

    /// <summary>Is cancelled when the claim was lost.</summary>
    CancellationToken Lost { get; }

    /// <summary>Reads events that wait to be delivered, in the order in which they were appended.</summary>
    /// <param name="partition">One of <see cref="Partitions"/>.</param>
    /// <param name="after">The position after which to begin; 0: at the beginning.</param>
    /// <param name="maxEvents">How many at most.</param>
    /// <param name="maxBytes">How many bytes at most; the first event is read whatever its size if <paramref name="destination"/> is empty.</param>
    /// <param name="destination">Where to add them.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Whether there are more than had room.</returns>
    ValueTask<bool> ReadAsync(
        int partition,
        long after,
        int maxEvents,
        int maxBytes,
        ICollection<OutboxEvent> destination,
        CancellationToken cancellationToken);

    /// <summary>Removes events that EngageLab accepted, and counts them.</summary>
    /// <param name="events">The events.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Whether it was done: not so under a claim that was lost, which changes nothing.</returns>
    ValueTask<bool> SettleDeliveredAsync(IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken);
}
