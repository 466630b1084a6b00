namespace TypedEvents;

/// <summary>
/// Holds the claim while it is of use here, and gives it back while the configuration keeps all from being sent: another process may have
/// the right key. A claim that is recalled is given back when nothing is in flight, and the next one asked for.
/// </summary>
internal sealed class ClaimHolder(
    OutboxLease lease,
    EventReader reader,
    HeldNameSchedule held,
    SettlementQueue settlements,
    UserResolver users,
    RequestDispatcher dispatcher,
    CircuitBreaker circuitBreaker,
    Func<ValueTask>? onGivingBack)
{
    /// <summary>Has a claim for the step, if there can be one.</summary>
    /// <returns>The claim, or <see langword="null"/>: nothing is read, sent or settled.</returns>
    public async ValueTask<IOutboxClaim?> HoldAsync(TimeSpan now, CancellationToken cancellationToken)
    {
        bool isOfUse = circuitBreaker.Reason != CircuitOpenReason.Configuration || dispatcher.ReportsInFlight > 0 || now >= circuitBreaker.NextTry;
        if (lease.Claim is not null && isOfUse && IsRegistrationAllThereIs(now))
        {
            isOfUse = false;
            lease.LeaveToOthers(now);
        }

        bool isGivenBack = !isOfUse || (lease.IsRecalled && dispatcher.ReportsInFlight == 0);
        if (lease.IsLost || (isGivenBack && settlements.IsEmpty))
        {
            await GiveBackAsync().ConfigureAwait(false);
        }

        if (isOfUse && await lease.TryTakeAsync(isUrgent: reader.HasAppended, now, cancellationToken).ConfigureAwait(false) is { } taken)
        {
            held.Load(taken.HeldNames, now);
            reader.Begin(taken);
        }

        return lease.Claim;
    }

    /// <summary>Gives the claim back: whoever has it next reads the events again, and settles what wasn't settled.</summary>
    public async ValueTask GiveBackAsync()
    {
        if (lease.Claim is not null)
        {
            settlements.Forget();
            users.Reset();
            reader.End();
            if (onGivingBack is not null && !lease.IsLost)
            {
                await onGivingBack().ConfigureAwait(false);
            }

            await lease.GiveBackAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Whether all that could be sent waits for users who can't be registered with this configuration.</summary>
    private bool IsRegistrationAllThereIs(TimeSpan now) =>
        !reader.HasAppended && users.IsBlockedByConfiguration(now) && dispatcher.ReportsInFlight == 0 && reader.IsExhausted;
}
