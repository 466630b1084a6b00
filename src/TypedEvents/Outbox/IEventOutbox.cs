namespace TypedEvents;

/// <summary>
/// Keeps events from the moment a tracker hands them over until EngageLab has accepted them. The delivery doesn't know which
/// kind it has: one in memory, in a file, or shared by machines. All members can be called from several threads at once.
/// </summary>
/// <remarks>
/// An event has three states: pending, dead letter, gone. There is no "in progress", so none can survive a crash: what keeps two
/// senders from the same event is the claim on its partition.
/// </remarks>
public interface IEventOutbox : IAsyncDisposable
{
    /// <summary>
    /// Whether pending events outlive <see cref="CloseAsync"/>. Where they don't, a stop goes on trying to deliver them for as long as it is
    /// given, whatever keeps them from being delivered at first.
    /// </summary>
    bool IsDurable { get; }

    /// <summary>
    /// How often to look for events that other processes appended; <see cref="Timeout.InfiniteTimeSpan"/> where there are none.
    /// </summary>
    TimeSpan PollInterval => Timeout.InfiniteTimeSpan;

    /// <summary>
    /// Says where the events go, before anything else is asked. A durable outbox remembers it: events that were meant for one project
    /// must not reach another one.
    /// </summary>
    /// <param name="target">The address and the project.</param>
    /// <exception cref="InvalidOperationException">The outbox is for another target: the message names both and the remedies.</exception>
    void BindTo(OutboxTarget target);

    /// <summary>
    /// Adds what the project is known by as well, after its credentials were changed: from now on the outbox can be bound to either.
    /// It keeps what it knew, since processes that share it change their credentials one after another, and it keeps the users.
    /// </summary>
    /// <param name="target">The same address and project, with the new key.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="InvalidOperationException">The outbox is for another address.</exception>
    ValueTask AddTargetAsync(OutboxTarget target, CancellationToken cancellationToken);

    /// <summary>
    /// Takes blocks in their order, as many as there is room for, each whole, in one step. When the task ends, the events of those
    /// that were taken are as durable as the outbox is.
    /// </summary>
    /// <param name="blocks">The events. They belong to the caller again when the task has ended.</param>
    /// <param name="cancellationToken">Ends the attempt: none of the blocks is then taken.</param>
    /// <returns>
    /// How many blocks were taken, from the first on: fewer than there are where there is no room for more. One in
    /// which nothing waits, held events aside, takes one block at least, whatever its size.
    /// </returns>
    ValueTask<int> AppendAsync(IReadOnlyList<EventBlock> blocks, CancellationToken cancellationToken);

    /// <summary>Asks for the right to send. At any time at most one claim on a partition exists, over all processes.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The claim, or <see langword="null"/> where another one holds what there is.</returns>
    ValueTask<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken);

    /// <summary>Says how far the outbox is, whoever appends and sends.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    ValueTask<OutboxPositions> GetPositionsAsync(CancellationToken cancellationToken);

    /// <summary>Says what became of every event that the outbox ever took.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    ValueTask<OutboxStatistics> GetStatisticsAsync(CancellationToken cancellationToken);

    /// <summary>Lists events that wait or are dead letters, in the order of their positions.</summary>
    /// <param name="query">Which ones.</param>
    /// <param name="maxEvents">
    /// How many at most, at least 1: the next page begins after the last one's position (<see cref="OutboxQuery.After"/>).
    /// </param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    ValueTask<IReadOnlyList<StoredEvent>> ListAsync(OutboxQuery query, int maxEvents, CancellationToken cancellationToken = default);

    /// <summary>Counts events that wait or are dead letters.</summary>
    /// <param name="query">Which ones.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    ValueTask<long> CountAsync(OutboxQuery query, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes dead letters pending again, behind all that waits: each gets a new position and keeps its <c>random_id</c>. As many as
    /// there is room for, oldest first.
    /// </summary>
    /// <param name="query">Which dead letters; pending events are none.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>How many.</returns>
    /// <exception cref="ArgumentException"><paramref name="query"/> is for pending events.</exception>
    ValueTask<long> ReplayAsync(OutboxQuery query, CancellationToken cancellationToken = default);

    /// <summary>
    /// Permanently removes events and counts them as purged. A pending event that is being sent may still be delivered.
    /// </summary>
    /// <param name="query">Which ones.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>How many.</returns>
    ValueTask<long> PurgeAsync(OutboxQuery query, CancellationToken cancellationToken = default);

    /// <summary>Looks up users that were kept by <see cref="SaveUsersAsync"/>. One that keeps nothing finds nobody.</summary>
    /// <param name="users">Users with an external id.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Those that are known, in any order.</returns>
    ValueTask<IReadOnlyList<RegisteredUser>> FindUsersAsync(IReadOnlyList<EngageUser> users, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<RegisteredUser>>([]);

    /// <summary>Keeps users and their EUIDs, up to the outbox's limit, so that a restart doesn't have to ask for them again.</summary>
    /// <param name="users">The users. What is kept of one already is replaced.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    ValueTask SaveUsersAsync(IReadOnlyList<RegisteredUser> users, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>
    /// Ends the use of the outbox by this process, after the claims have been given back. A memory outbox discards what is left
    /// and counts it; a durable one keeps it.
    /// </summary>
    /// <returns>The last statistics.</returns>
    ValueTask<OutboxStatistics> CloseAsync();
}
