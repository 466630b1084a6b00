namespace TypedEvents;

/// <summary>
/// Keeps events from the moment a tracker hands them over until EngageLab has accepted them: in memory, in a file, or in a database that
/// several hosts share. The delivery loop doesn't know which. Its dead letters are an <see cref="IDeadLetterStore"/>, and the EUIDs that it
/// remembers an <see cref="IUserStore"/>.
/// </summary>
/// <remarks>
/// <para>
/// An event has three states: pending, dead letter, gone. There is no "in progress", so none can survive a crash: the claim on a partition
/// is what keeps two senders from the same event.
/// </para>
/// <para>
/// All members can be called from several threads at once. A tracker calls <see cref="OpenAsync"/> before any other member. A member that is
/// called before that opens the outbox, and checks no target.
/// </para>
/// <para>
/// The package <c>TypedEvents.Outbox.Testing</c> holds the contract as tests that any implementation can run. A class that wraps another
/// outbox derives from <see cref="DelegatingOutbox"/>.
/// </para>
/// </remarks>
public interface IEventOutbox : IDeadLetterStore, IUserStore, IAsyncDisposable
{
    /// <summary>
    /// Whether pending events outlive <see cref="CloseAsync"/>. If they don't, a tracker that stops keeps trying to deliver them until its
    /// <see cref="EventTrackerOptions.ShutdownTimeout"/> is over, whatever prevents the delivery at first.
    /// </summary>
    bool IsDurable { get; }

    /// <summary>
    /// How often the delivery loop looks for events that other processes appended; <see cref="Timeout.InfiniteTimeSpan"/> if no other
    /// process can append.
    /// </summary>
    TimeSpan PollInterval { get; }

    /// <summary>
    /// Why <see cref="GetStatisticsAsync"/> and the other figures are <see langword="null"/>, such as a missing right, as a sentence for
    /// a person; <see langword="null"/> if this process can read them.
    /// </summary>
    string? StatisticsUnavailableReason { get; }

    /// <summary>
    /// Why this process can append events but never send them, such as a missing right, as a sentence for a person; <see langword="null"/>
    /// if it can send. A flush then ends as <see cref="FlushOutcome.Blocked"/> when the outbox has the events.
    /// </summary>
    string? AppendOnlyReason { get; }

    /// <summary>
    /// Opens the outbox for a tracker: checks the target, connects, waits for another process's lock, recovers. A durable outbox remembers
    /// the target of its first opening, so that events of one project never reach another one. Opening it again with the same target changes nothing.
    /// </summary>
    /// <param name="opening">What the outbox has to know about its tracker.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="OutboxUnusableException">
    /// The outbox can't be used, however often it is tried: it is for another target, has a newer schema, or lacks a right or a long enough
    /// lease. The message names the remedy.
    /// </exception>
    /// <exception cref="Exception">
    /// Any other exception means that a later attempt may succeed (the database is down, the file is locked): the tracker tries again with
    /// backoff and keeps its events in the buffer.
    /// </exception>
    ValueTask OpenAsync(OutboxOpening opening, CancellationToken cancellationToken);

    /// <summary>
    /// Adds another identity of the same project after its credentials were changed: from then on the outbox can be opened with either. It
    /// keeps the identities that it knew, since processes that share it change their credentials one after another, and it keeps the users.
    /// </summary>
    /// <param name="target">The same address and project, with the new key.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="OutboxUnusableException">The outbox is for another address.</exception>
    ValueTask AddTargetAsync(OutboxTarget target, CancellationToken cancellationToken);

    /// <summary>
    /// Appends blocks in their order, as many as there is room for, each of them whole, in one step. When the task ends, the events of the
    /// appended blocks are as durable as the outbox is.
    /// </summary>
    /// <param name="blocks">The events. The caller uses their memory again when the task has ended.</param>
    /// <param name="cancellationToken">Ends the attempt: no block is appended then.</param>
    /// <returns>
    /// The number of blocks that were appended, from the first on: fewer than were passed if there is no room for more. An outbox without
    /// pending events, held ones aside, appends at least one block, whatever its size.
    /// </returns>
    ValueTask<int> AppendAsync(IReadOnlyList<EventBlock> blocks, CancellationToken cancellationToken);

    /// <summary>Asks for the right to send. At any time, a partition has at most one claim, across all processes.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>A claim on one or more partitions, or <see langword="null"/> if others hold them all or this process may not send.</returns>
    ValueTask<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken);

    /// <summary>Returns the positions that a flush compares, whoever appends and sends.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    ValueTask<OutboxPositions> GetPositionsAsync(CancellationToken cancellationToken);

    /// <summary>Returns what happened to every event that the outbox has ever accepted.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>
    /// The statistics; <see langword="null"/> if this process has no right to read them: <see cref="StatisticsUnavailableReason"/> says why.
    /// After <see cref="CloseAsync"/>, those that it returned.
    /// </returns>
    ValueTask<OutboxStatistics?> GetStatisticsAsync(CancellationToken cancellationToken);

    /// <summary>Counts the pending events of each partition, held ones included. It may read all of them.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>
    /// <see cref="Partition.Count"/> numbers, in the order of the partitions; <see langword="null"/> if this process has no right to read
    /// them: <see cref="StatisticsUnavailableReason"/> says why.
    /// </returns>
    ValueTask<IReadOnlyList<long>?> CountPendingByPartitionAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Ends the use of the outbox by this process, after its claims were given back. A memory outbox discards its pending events and counts
    /// them; a durable one keeps them. It doesn't open an outbox that isn't open, and ends an opening in progress. A second call changes nothing.
    /// </summary>
    /// <returns>The last statistics, or <see langword="null"/> as for <see cref="GetStatisticsAsync"/>.</returns>
    ValueTask<OutboxStatistics?> CloseAsync();
}
