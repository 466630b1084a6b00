namespace TypedEvents.Tests;

/// <summary>A claim of a model run, which can fail to settle for a while, as on a full disk.</summary>
internal sealed class ModelClaim(IOutboxClaim inner, Func<bool> failsToSettle) : DelegatingClaim(inner)
{
    public override ValueTask<bool> SettleDeliveredAsync(IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken) =>
        failsToSettle() ? throw new IOException("the disk is full") : base.SettleDeliveredAsync(events, cancellationToken);

    public override ValueTask<bool> SettleDeadLetterAsync(IReadOnlyList<OutboxEvent> events, DeadLetterReason reason, CancellationToken cancellationToken) =>
        failsToSettle() ? throw new IOException("the disk is full") : base.SettleDeadLetterAsync(events, reason, cancellationToken);

    public override ValueTask<bool> HoldAsync(string eventName, CancellationToken cancellationToken) =>
        failsToSettle() ? throw new IOException("the disk is full") : base.HoldAsync(eventName, cancellationToken);

    public override ValueTask<bool> ReleaseAsync(string eventName, CancellationToken cancellationToken) =>
        failsToSettle() ? throw new IOException("the disk is full") : base.ReleaseAsync(eventName, cancellationToken);
}
