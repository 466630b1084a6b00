namespace TypedEvents.TestUtilities;

/// <summary>Forwards to another outbox; tests override the members that are to behave differently.</summary>
public abstract class DelegatingOutbox(IEventOutbox inner) : IEventOutbox
{
    public bool IsDurable => inner.IsDurable;

    public virtual TimeSpan PollInterval => inner.PollInterval;

    public virtual void BindTo(OutboxTarget target) => inner.BindTo(target);

    public virtual ValueTask AddTargetAsync(OutboxTarget target, CancellationToken cancellationToken) => inner.AddTargetAsync(target, cancellationToken);

    public virtual ValueTask<int> AppendAsync(IReadOnlyList<EventBlock> blocks, CancellationToken cancellationToken) =>
        inner.AppendAsync(blocks, cancellationToken);

    public virtual ValueTask<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken) => inner.TryClaimAsync(cancellationToken);

    public virtual ValueTask<OutboxPositions> GetPositionsAsync(CancellationToken cancellationToken) => inner.GetPositionsAsync(cancellationToken);

    public virtual ValueTask<OutboxStatistics> GetStatisticsAsync(CancellationToken cancellationToken) => inner.GetStatisticsAsync(cancellationToken);

    public virtual ValueTask<IReadOnlyList<StoredEvent>> ListAsync(OutboxQuery query, int maxEvents, CancellationToken cancellationToken) =>
        inner.ListAsync(query, maxEvents, cancellationToken);

    public virtual ValueTask<long> CountAsync(OutboxQuery query, CancellationToken cancellationToken) => inner.CountAsync(query, cancellationToken);

    public virtual ValueTask<long> ReplayAsync(OutboxQuery query, CancellationToken cancellationToken) => inner.ReplayAsync(query, cancellationToken);

    public virtual ValueTask<long> PurgeAsync(OutboxQuery query, CancellationToken cancellationToken) => inner.PurgeAsync(query, cancellationToken);

    public virtual ValueTask<IReadOnlyList<RegisteredUser>> FindUsersAsync(IReadOnlyList<EngageUser> users, CancellationToken cancellationToken) =>
        inner.FindUsersAsync(users, cancellationToken);

    public virtual ValueTask SaveUsersAsync(IReadOnlyList<RegisteredUser> users, CancellationToken cancellationToken) =>
        inner.SaveUsersAsync(users, cancellationToken);

    public virtual ValueTask<OutboxStatistics> CloseAsync() => inner.CloseAsync();

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return inner.DisposeAsync();
    }
}
