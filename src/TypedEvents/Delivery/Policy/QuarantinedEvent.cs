namespace TypedEvents;

/// <summary>
/// An event, or a user's external id, that is quarantined: it is sent again, alone, and becomes a dead letter when there is evidence that
/// the server works and it is at fault.
/// </summary>
internal sealed class QuarantinedEvent(TriedItem item, QuarantineReason kind, long acceptedWhenQuarantined, TimeSpan now)
{
    private TimeSpan _pause = RetrySchedules.FirstQuarantineWait * 2;
    private bool _isPostponed;

    public TriedItem Item => item;

    public QuarantineReason Kind { get; private set; } = kind;

    /// <summary>How many requests had been accepted when it was last rejected, or failed.</summary>
    public long AcceptedWhenQuarantined { get; private set; } = acceptedWhenQuarantined;

    /// <summary>How often it failed right after ten consecutive acceptances.</summary>
    public int ConfirmedFailures { get; set; }

    public TimeSpan LastTried { get; set; } = now;

    /// <summary>When it is sent next where nothing else is accepted.</summary>
    public TimeSpan Next { get; private set; } = now + RetrySchedules.FirstQuarantineWait;

    /// <summary>When it is sent next: one that failed a minute after its last attempt at the latest, if anything was accepted since.</summary>
    public TimeSpan DueAt(long accepted)
    {
        TimeSpan afterAcceptance = LastTried + RetrySchedules.FirstQuarantineWait;
        return Kind == QuarantineReason.Failed && accepted > AcceptedWhenQuarantined && afterAcceptance < Next ? afterAcceptance : Next;
    }

    /// <summary>
    /// Whether it is time to try it again: a rejected one as soon as another request was accepted, one that failed after ten, and both
    /// now and then where there is nothing else to accept.
    /// </summary>
    public bool IsDue(long accepted, TimeSpan now) => now >= DueAt(accepted) || (accepted - AcceptedWhenQuarantined >= AcceptancesToRetry && !_isPostponed);

    private int AcceptancesToRetry => Kind == QuarantineReason.Rejected ? 1 : RetrySchedules.AcceptancesToRetryFailed;

    /// <summary>It was rejected without evidence that anything else would have been accepted.</summary>
    public void NoteRejected(long accepted, TimeSpan now)
    {
        Kind = QuarantineReason.Rejected;
        AcceptedWhenQuarantined = accepted;
        Wait(now);
    }

    /// <summary>It failed. Its wait grows only while nothing else is accepted: the server is at fault then.</summary>
    public void NoteFailed(long accepted, TimeSpan now)
    {
        if (accepted > AcceptedWhenQuarantined)
        {
            _pause = RetrySchedules.FirstQuarantineWait;
        }

        Kind = QuarantineReason.Failed;
        AcceptedWhenQuarantined = accepted;
        Wait(now);
    }

    /// <summary>What it failed by may be fixed: it is due now. One that was rejected needs an acceptance.</summary>
    public void TryNow(TimeSpan now)
    {
        if (Kind == QuarantineReason.Failed && now < Next)
        {
            Next = now;
        }
    }

    /// <summary>It can't be tried now, whatever is accepted meanwhile.</summary>
    public void Postpone(TimeSpan now)
    {
        Wait(now);
        _isPostponed = true;
    }

    private void Wait(TimeSpan now)
    {
        _isPostponed = false;
        LastTried = now;
        Next = now + _pause;
        _pause = _pause * 2 < RetrySchedules.LongestQuarantineWait ? _pause * 2 : RetrySchedules.LongestQuarantineWait;
    }
}
