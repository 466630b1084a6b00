namespace TypedEvents.Outbox;

/// <summary>
/// Forwards every member to another claim: the base class for a claim that changes the behavior of some members, such as one that a
/// <see cref="DelegatingOutbox"/> returns.
/// </summary>
public abstract class DelegatingClaim : IOutboxClaim
{
    /// <summary>Wraps a claim.</summary>
    /// <param name="inner">The other claim.</param>
    protected DelegatingClaim(IOutboxClaim inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        Inner = inner;
    }

    /// <inheritdoc/>
    public virtual IReadOnlyList<int> Partitions => Inner.Partitions;

    /// <inheritdoc/>
    public virtual IReadOnlyCollection<string> HeldNames => Inner.HeldNames;

    /// <inheritdoc/>
    public virtual CancellationToken LostToken => Inner.LostToken;

    /// <inheritdoc/>
    public virtual CancellationToken RecalledToken => Inner.RecalledToken;

    /// <inheritdoc/>
    public virtual TimeSpan SureFor => Inner.SureFor;

    /// <summary>The other claim.</summary>
    protected IOutboxClaim Inner { get; }

    /// <inheritdoc/>
    public virtual ValueTask<OutboxReadResult> ReadAsync(
        OutboxReadRequest request,
        ICollection<OutboxEvent> destination,
        CancellationToken cancellationToken) =>
        Inner.ReadAsync(request, destination, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<OutboxEvent?> ReadHeldAsync(string eventName, long after, CancellationToken cancellationToken) =>
        Inner.ReadHeldAsync(eventName, after, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<bool> SettleDeliveredAsync(IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken) =>
        Inner.SettleDeliveredAsync(events, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<bool> SettleDeadLetterAsync(IReadOnlyList<OutboxEvent> events, DeadLetterReason reason, CancellationToken cancellationToken) =>
        Inner.SettleDeadLetterAsync(events, reason, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<bool> HoldAsync(string eventName, CancellationToken cancellationToken) => Inner.HoldAsync(eventName, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<bool> ReleaseAsync(string eventName, CancellationToken cancellationToken) => Inner.ReleaseAsync(eventName, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<bool> ExpireAsync(int partition, TimeSpan maxAge, ICollection<OutboxEvent>? expired, CancellationToken cancellationToken) =>
        Inner.ExpireAsync(partition, maxAge, expired, cancellationToken);

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        await Inner.DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }
}
