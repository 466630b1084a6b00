namespace TypedEvents.Outbox;

/// <summary>
/// Forwards every member to another outbox: the base class for an outbox that changes the behavior of some members. It owns the other outbox, and
/// disposing it disposes that.
/// </summary>
/// <remarks>
/// A new member of <see cref="IEventOutbox"/> gets its forwarding member here, so a derived class never loses one. An outbox that appends
/// within transactions (<see cref="ITransactionalOutbox"/>) implements that interface itself.
/// </remarks>
public abstract class DelegatingOutbox : IEventOutbox
{
    /// <summary>Wraps an outbox.</summary>
    /// <param name="inner">The other outbox.</param>
    protected DelegatingOutbox(IEventOutbox inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        Inner = inner;
    }

    /// <inheritdoc/>
    public virtual bool IsDurable => Inner.IsDurable;

    /// <inheritdoc/>
    public virtual TimeSpan PollInterval => Inner.PollInterval;

    /// <inheritdoc/>
    public virtual string? StatisticsUnavailableReason => Inner.StatisticsUnavailableReason;

    /// <inheritdoc/>
    public virtual string? AppendOnlyReason => Inner.AppendOnlyReason;

    /// <summary>The other outbox.</summary>
    protected IEventOutbox Inner { get; }

    /// <inheritdoc/>
    public virtual ValueTask OpenAsync(OutboxOpening opening, CancellationToken cancellationToken) => Inner.OpenAsync(opening, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask AddTargetAsync(OutboxTarget target, CancellationToken cancellationToken) => Inner.AddTargetAsync(target, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<int> AppendAsync(IReadOnlyList<EventBlock> blocks, CancellationToken cancellationToken) =>
        Inner.AppendAsync(blocks, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken) => Inner.TryClaimAsync(cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<OutboxPositions> GetPositionsAsync(CancellationToken cancellationToken) => Inner.GetPositionsAsync(cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<OutboxStatistics?> GetStatisticsAsync(CancellationToken cancellationToken) => Inner.GetStatisticsAsync(cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<IReadOnlyList<long>?> CountPendingByPartitionAsync(CancellationToken cancellationToken) =>
        Inner.CountPendingByPartitionAsync(cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<IReadOnlyList<StoredEvent>> ListAsync(OutboxQuery query, int maxEvents, CancellationToken cancellationToken = default) =>
        Inner.ListAsync(query, maxEvents, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<long> CountAsync(OutboxQuery query, CancellationToken cancellationToken = default) => Inner.CountAsync(query, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<long> ReplayAsync(OutboxQuery query, CancellationToken cancellationToken = default) => Inner.ReplayAsync(query, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<long> PurgeAsync(OutboxQuery query, CancellationToken cancellationToken = default) => Inner.PurgeAsync(query, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<IReadOnlyList<RegisteredUser>> FindUsersAsync(IReadOnlyList<EngageUser> users, CancellationToken cancellationToken) =>
        Inner.FindUsersAsync(users, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask SaveUsersAsync(IReadOnlyList<RegisteredUser> users, CancellationToken cancellationToken) =>
        Inner.SaveUsersAsync(users, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<OutboxStatistics?> CloseAsync() => Inner.CloseAsync();

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        await Inner.DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }
}
