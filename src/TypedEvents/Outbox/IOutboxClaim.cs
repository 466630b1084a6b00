namespace TypedEvents;

/// <summary>
/// The right to send the events of some partitions. Disposing gives it back. Under a claim that was lost or given back no member
/// changes anything, and those that would say so.
/// </summary>
public interface IOutboxClaim : IAsyncDisposable
{
    /// <summary>The partitions, each 0 to 15.</summary>
    IReadOnlyList<int> Partitions { get; }

    /// <summary>Is cancelled when the claim was lost.</summary>
    CancellationToken LostToken { get; }

    /// <summary>The event names that were held when the claim began.</summary>
    IReadOnlyCollection<string> HeldNames { get; }

    /// <summary>Reads pending events whose name isn't held, in the order in which they were appended.</summary>
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

    /// <summary>Reads the first pending event of a name that is held, in whichever partition of the claim.</summary>
    /// <param name="eventName">The name.</param>
    /// <param name="after">The position after which to look; 0: from the beginning.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The event, or <see langword="null"/> where there is none.</returns>
    ValueTask<OutboxEvent?> ReadHeldAsync(string eventName, long after, CancellationToken cancellationToken);

    /// <summary>Removes events that EngageLab accepted, and counts them. One that is no longer pending is passed over.</summary>
    /// <param name="events">The events.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Whether it was done: not so under a claim that was lost.</returns>
    ValueTask<bool> SettleDeliveredAsync(IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken);

    /// <summary>
    /// Makes pending events dead letters, with the reason. One that is no longer pending is passed over. Over the cap of dead letters
    /// the oldest are removed and counted as evicted.
    /// </summary>
    /// <param name="events">The events.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Whether it was done: not so under a claim that was lost.</returns>
    ValueTask<bool> SettleDeadLetterAsync(IReadOnlyList<OutboxEvent> events, DeadLetterReason reason, CancellationToken cancellationToken);

    /// <summary>
    /// Holds a name: its events stay pending, aren't read but by <see cref="ReadHeldAsync"/>, and count against the cap of dead
    /// letters instead of the outbox's, so that they can't crowd out the others. Over that cap the oldest of both are evicted.
    /// A durable outbox remembers it.
    /// </summary>
    /// <param name="eventName">The name.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Whether it was done: not so under a claim that was lost.</returns>
    ValueTask<bool> HoldAsync(string eventName, CancellationToken cancellationToken);

    /// <summary>Ends the holding of a name: its events are read again, at their old positions.</summary>
    /// <param name="eventName">The name.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Whether it was done: not so under a claim that was lost.</returns>
    ValueTask<bool> ReleaseAsync(string eventName, CancellationToken cancellationToken);

    /// <summary>
    /// Makes the pending events of a partition that the outbox has had for longer than a limit dead letters of kind
    /// <see cref="DeadLetterKind.Expired"/>, held ones too. The age is by the outbox's own clock, from when it got the event.
    /// </summary>
    /// <param name="partition">One of <see cref="Partitions"/>.</param>
    /// <param name="maxAge">The limit.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Whether it was done: not so under a claim that was lost.</returns>
    ValueTask<bool> ExpireAsync(int partition, TimeSpan maxAge, CancellationToken cancellationToken);
}
