using TypedEvents.Tests;

namespace TypedEvents.Torture;

/// <summary>An outbox in which the process may be killed before and after it appends and settles.</summary>
internal sealed class KillingOutbox(IEventOutbox inner, KillSwitch killSwitch) : DelegatingOutbox(inner)
{
    public override async ValueTask<int> AppendAsync(IReadOnlyList<EventBlock> blocks, CancellationToken cancellationToken)
    {
        killSwitch.Pass(KillStep.BeforeAppend);
        int taken = await base.AppendAsync(blocks, cancellationToken);
        killSwitch.Pass(KillStep.AfterAppend);
        return taken;
    }

    public override async ValueTask<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken) =>
        await base.TryClaimAsync(cancellationToken) is { } claim ? new KillingClaim(claim, killSwitch) : null;

    private sealed class KillingClaim(IOutboxClaim inner, KillSwitch killSwitch) : DelegatingClaim(inner)
    {
        public override async ValueTask<bool> SettleDeliveredAsync(IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken)
        {
            killSwitch.Pass(KillStep.BeforeSettle);
            bool isDone = await base.SettleDeliveredAsync(events, cancellationToken);
            killSwitch.Pass(KillStep.AfterSettle);
            return isDone;
        }
    }
}
