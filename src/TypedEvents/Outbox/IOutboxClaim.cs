namespace TypedEvents.Outbox;

/// <summary>
/// The right to send the events of some partitions. Disposing gives it back. Once a claim is lost or given back, its members change nothing,
/// and those that would have changed something return <see langword="false"/>.
/// </summary>
public interface IOutboxClaim : IAsyncDisposable
{
    /// <summary>The partitions, each from 0 to <see cref="Partition.Count"/> - 1.</summary>
    IReadOnlyList<int> Partitions { get; }

    /// <summary>The event names that were on hold when the claim began.</summary>
    IReadOnlyCollection<string> HeldNames { get; }

    /// <summary>Is cancelled when the claim is lost: another process may now send the events.</summary>
    CancellationToken LostToken { get; }

    /// <summary>
    /// Is cancelled when the outbox asks for the claim, such as to share the partitions with a process that has started. The delivery loop
    /// then begins no request, waits for those in flight, settles, disposes the claim and asks for a new one. If there is nobody to share with, the
    /// token is never cancelled.
    /// </summary>
    CancellationToken RecalledToken { get; }

    /// <summary>
    /// The time for which nobody else can get the partitions, as far as this process knows. A request begins only while this is at least the tracker's
    /// <see cref="EventTrackerOptions.AttemptTimeout"/>, so that it has ended before another process sends. <see cref="TimeSpan.MaxValue"/> if only
    /// the end of this process can end the claim.
    /// </summary>
    TimeSpan SureFor { get; }

    /// <summary>Reads pending events whose name isn't on hold, in the order in which they were appended.</summary>
    /// <param name="request">The partition, where to begin, and the limits.</param>
    /// <param name="destination">Where to add the events.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Whether there are more events than fitted, and whether one became visible late.</returns>
    ValueTask<OutboxReadResult> ReadAsync(OutboxReadRequest request, ICollection<OutboxEvent> destination, CancellationToken cancellationToken);

    /// <summary>Reads the first pending event of a name on hold, in any partition of the claim.</summary>
    /// <param name="eventName">The name.</param>
    /// <param name="after">The position after which to look; 0 for the beginning.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The event, or <see langword="null"/> if there is none.</returns>
    ValueTask<OutboxEvent?> ReadHeldAsync(string eventName, long after, CancellationToken cancellationToken);

    /// <summary>Removes events that EngageLab accepted, and counts them as delivered. Events that are no longer pending are skipped.</summary>
    /// <param name="events">The events.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Whether it was done: not under a claim that was lost.</returns>
    ValueTask<bool> SettleDeliveredAsync(IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken);

    /// <summary>
    /// Makes pending events dead letters, with the reason. Events that are no longer pending are skipped. Above the limit for dead letters, the
    /// oldest are removed and counted as evicted.
    /// </summary>
    /// <param name="events">The events.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Whether it was done: not under a claim that was lost.</returns>
    ValueTask<bool> SettleDeadLetterAsync(IReadOnlyList<OutboxEvent> events, DeadLetterReason reason, CancellationToken cancellationToken);

    /// <summary>
    /// Puts a name on hold: its events stay pending, are read by <see cref="ReadHeldAsync"/> only, and count toward the limit for dead letters
    /// instead of the outbox's limit, so that they can't crowd out the others. Above that limit, the oldest of both are evicted. A durable outbox
    /// remembers the hold.
    /// </summary>
    /// <param name="eventName">The name.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Whether it was done: not under a claim that was lost.</returns>
    ValueTask<bool> HoldAsync(string eventName, CancellationToken cancellationToken);

    /// <summary>Ends the hold on a name: its events are read again, at their old positions.</summary>
    /// <param name="eventName">The name.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Whether it was done: not under a claim that was lost.</returns>
    ValueTask<bool> ReleaseAsync(string eventName, CancellationToken cancellationToken);

    /// <summary>
    /// Makes the pending events of a partition that are older than a limit dead letters of kind <see cref="DeadLetterKind.Expired"/>, held
    /// ones too. The age counts from when the outbox got the event, by the outbox's own clock.
    /// </summary>
    /// <param name="partition">One of <see cref="Partitions"/>.</param>
    /// <param name="maxAge">The limit.</param>
    /// <param name="expired">
    /// Where to add the events that became dead letters; <see langword="null"/> if nobody asks for them. Their JSON is valid until the next
    /// call of the claim.
    /// </param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Whether it was done: not under a claim that was lost.</returns>
    ValueTask<bool> ExpireAsync(int partition, TimeSpan maxAge, ICollection<OutboxEvent>? expired, CancellationToken cancellationToken);
}
