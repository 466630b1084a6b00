namespace TypedEvents.TestUtilities;

/// <summary>Forwards to another claim; tests override the members that are to behave differently.</summary>
public abstract class DelegatingClaim(IOutboxClaim inner) : IOutboxClaim
{
    public IReadOnlyList<int> Partitions => inner.Partitions;

    public CancellationToken LostToken => inner.LostToken;

    public IReadOnlyCollection<string> HeldNames => inner.HeldNames;

    public virtual ValueTask<bool> ReadAsync(
        int partition,
        long after,
        int maxEvents,
        int maxBytes,
        ICollection<OutboxEvent> destination,
        CancellationToken cancellationToken) =>
        inner.ReadAsync(partition, after, maxEvents, maxBytes, destination, cancellationToken);

    public virtual ValueTask<OutboxEvent?> ReadHeldAsync(string eventName, long after, CancellationToken cancellationToken) =>
        inner.ReadHeldAsync(eventName, after, cancellationToken);

    public virtual ValueTask<bool> SettleDeliveredAsync(IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken) =>
        inner.SettleDeliveredAsync(events, cancellationToken);

    public virtual ValueTask<bool> SettleDeadLetterAsync(IReadOnlyList<OutboxEvent> events, DeadLetterReason reason, CancellationToken cancellationToken) =>
        inner.SettleDeadLetterAsync(events, reason, cancellationToken);

    public virtual ValueTask<bool> HoldAsync(string eventName, CancellationToken cancellationToken) => inner.HoldAsync(eventName, cancellationToken);

    public virtual ValueTask<bool> ReleaseAsync(string eventName, CancellationToken cancellationToken) => inner.ReleaseAsync(eventName, cancellationToken);

    public virtual ValueTask<bool> ExpireAsync(int partition, TimeSpan maxAge, CancellationToken cancellationToken) =>
        inner.ExpireAsync(partition, maxAge, cancellationToken);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return inner.DisposeAsync();
    }
}
