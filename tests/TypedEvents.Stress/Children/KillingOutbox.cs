using System.Text.Json;

namespace TypedEvents.Stress;

/// <summary>
/// An outbox that may kill the process before and after it appends and settles. It prints the position of each event that it reads, which is
/// the order in which the events of all processes were appended.
/// </summary>
internal sealed class KillingOutbox(IEventOutbox inner, KillSwitch killSwitch, bool tellsPositions) : DelegatingOutbox(inner)
{
    public override async ValueTask<int> AppendAsync(IReadOnlyList<EventBlock> blocks, CancellationToken cancellationToken)
    {
        killSwitch.Pass(KillStep.BeforeAppend);
        int taken = await base.AppendAsync(blocks, cancellationToken);
        killSwitch.Pass(KillStep.AfterAppend);
        return taken;
    }

    public override async ValueTask<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken) =>
        await base.TryClaimAsync(cancellationToken) is { } claim ? new KillingClaim(claim, killSwitch, tellsPositions) : null;

    private sealed class KillingClaim(IOutboxClaim inner, KillSwitch killSwitch, bool tellsPositions) : DelegatingClaim(inner)
    {
        private readonly HashSet<long> _told = [];

        public override async ValueTask<OutboxReadResult> ReadAsync(
            OutboxReadRequest request,
            ICollection<OutboxEvent> destination,
            CancellationToken cancellationToken)
        {
            OutboxReadResult result = await base.ReadAsync(request, destination, cancellationToken);
            if (tellsPositions)
            {
                foreach (OutboxEvent read in destination)
                {
                    Tell(read);
                }
            }

            return result;
        }

        public override async ValueTask<bool> SettleDeliveredAsync(IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken)
        {
            killSwitch.Pass(KillStep.BeforeSettle);
            bool isDone = await base.SettleDeliveredAsync(events, cancellationToken);
            killSwitch.Pass(KillStep.AfterSettle);
            return isDone;
        }

        private void Tell(OutboxEvent read)
        {
            if (_told.Add(read.Position))
            {
                using JsonDocument document = TickId.Parse(read.Json, read.User.IsExternalId);
                ChildOutput.WriteLine(ChildLine.Placed(TickId.Of(document.RootElement.GetProperty("properties")), read.Position));
            }
        }
    }
}
