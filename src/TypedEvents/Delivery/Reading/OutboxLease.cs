namespace TypedEvents;

/// <summary>
/// The right to send, as this process has it or not. A step gets a claim that isn't null from here, or it reads, sends and settles nothing.
/// </summary>
/// <param name="outbox">The outbox.</param>
/// <param name="attemptTimeout">How long one request may take.</param>
/// <param name="wake">Wakes the loop when the claim is lost or recalled.</param>
internal sealed class OutboxLease(IEventOutbox outbox, TimeSpan attemptTimeout, Action wake)
{
    private CancellationTokenRegistration _lost;
    private CancellationTokenRegistration _recalled;
    private TimeSpan _nextRequest;

    /// <summary>The claim; <see langword="null"/> where another process has it, or where this one gave it back.</summary>
    public IOutboxClaim? Claim { get; private set; }

    /// <summary>Whether another process had the claim when this one last asked for it.</summary>
    public bool IsTakenByOthers { get; private set; }

    /// <summary>Whether the outbox took the claim away: nothing is sent or settled under it any more.</summary>
    public bool IsLost => Claim is { LostToken.IsCancellationRequested: true };

    /// <summary>Whether the outbox asks for the claim: nothing new is begun, and it is given back when all is settled.</summary>
    public bool IsRecalled => Claim is { RecalledToken.IsCancellationRequested: true };

    /// <summary>Whether a request that begins now ends before another process can send: it would be out of order otherwise.</summary>
    public bool IsSure => Claim is { } claim && claim.SureFor >= attemptTimeout;

    /// <summary>Asks the outbox for a claim unless there is one, or other processes have the first right to it.</summary>
    /// <param name="isUrgent">Whether it asks although the others have the first right: there is something new to send.</param>
    /// <param name="now">The time of the step.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The claim, if it is a new one.</returns>
    public async ValueTask<IOutboxClaim?> TryTakeAsync(bool isUrgent, TimeSpan now, CancellationToken cancellationToken)
    {
        if (Claim is not null || (now < _nextRequest && !isUrgent))
        {
            return null;
        }

        Claim = await outbox.TryClaimAsync(cancellationToken).ConfigureAwait(false);
        IsTakenByOthers = Claim is null;
        if (Claim is { } claim)
        {
            _lost = claim.LostToken.UnsafeRegister(static wake => ((Action)wake!)(), wake);
            _recalled = claim.RecalledToken.UnsafeRegister(static wake => ((Action)wake!)(), wake);
        }

        return Claim;
    }

    /// <summary>Gives the claim back.</summary>
    public ValueTask GiveBackAsync()
    {
        if (Claim is not { } claim)
        {
            return default;
        }

        Claim = null;
        _lost.Unregister();
        _recalled.Unregister();
        return claim.DisposeAsync();
    }

    /// <summary>Leaves the first right to the claim to other processes for a while: it was of no use here.</summary>
    public void LeaveToOthers(TimeSpan now) => _nextRequest = now + RetrySchedules.ClaimPause;

    /// <summary>Ends the wait of <see cref="LeaveToOthers"/>.</summary>
    public void TryNow() => _nextRequest = TimeSpan.Zero;

    /// <summary>Whether the claim was left to other processes, and still is.</summary>
    public bool IsLeftToOthers(TimeSpan now) => Claim is null && now < _nextRequest;

    /// <summary>When the outbox is asked for a claim again, or whether the claim is sure again; <see langword="null"/>: it is.</summary>
    public TimeSpan? NextDue(TimeSpan now)
    {
        if (IsSure)
        {
            return null;
        }

        TimeSpan next = now + RetrySchedules.ClaimInterval;
        return IsLeftToOthers(now) && _nextRequest < next ? _nextRequest : next;
    }
}
