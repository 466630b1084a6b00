namespace TypedEvents;

/// <summary>
/// Keeps events from the moment a tracker hands them over until EngageLab has accepted them. The delivery doesn't know which
/// kind it has: one in memory, in a file, or shared by machines. All members can be called from several threads at once.
/// </summary>
public interface IEventOutbox : IAsyncDisposable
{
    /// <summary>Takes a block, all of it or nothing. When the task ends with <see langword="true"/>, the events are as durable as the outbox is.</summary>
    /// <param name="block">The events. They belong to the caller again when the task has ended.</param>
    /// <param name="cancellationToken">Ends the attempt: the block is then not taken.</param>
    /// <returns>Whether there was room. A block is taken by an empty outbox whatever its size.</returns>
    ValueTask<bool> TryAppendAsync(EventBlock block, CancellationToken cancellationToken);

    /// <summary>Asks for the right to send. At any time at most one claim on a partition exists, over all processes.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The claim, or <see langword="null"/> where another one holds what there is.</returns>
    ValueTask<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken);

    /// <summary>Says how far the outbox is, whoever appends and sends.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    ValueTask<OutboxPositions> GetPositionsAsync(CancellationToken cancellationToken);

    /// <summary>Says what became of every event that the outbox ever took.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    ValueTask<OutboxAccount> GetAccountAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Ends the use of the outbox by this process, after the claims have been given back. A memory outbox discards what is left
    /// and counts it; a durable one keeps it.
    /// </summary>
    /// <returns>The last account.</returns>
    ValueTask<OutboxAccount> CloseAsync();
}
