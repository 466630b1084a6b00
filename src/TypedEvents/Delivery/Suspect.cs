namespace TypedEvents;

/// <summary>
/// An event, or a user's external id, that stepped aside: it is tried again, alone, and becomes a dead letter when there is proof that
/// the server works and it is at fault.
/// </summary>
internal sealed class Suspect(TriedItem item, SuspectKind kind, long mark, TimeSpan now)
{
    private TimeSpan _pause = RetrySchedules.FirstQuarantineWait * 2;
    private bool _isPostponed;

    public TriedItem Item => item;

    public SuspectKind Kind { get; private set; } = kind;

    /// <summary>How many requests had been accepted when it was last refused, or failed.</summary>
    public long Mark { get; private set; } = mark;

    /// <summary>How often it failed right after ten acceptances in a row.</summary>
    public int Proofs { get; set; }

    public TimeSpan LastTried { get; set; } = now;

    /// <summary>When it is tried next, unless there is proof before.</summary>
    public TimeSpan Next { get; private set; } = now + RetrySchedules.FirstQuarantineWait;

    /// <summary>
    /// Whether it is time to try it again: a refused one as soon as another request was accepted, one that failed after ten, and both
    /// now and then where there is nothing else to accept.
    /// </summary>
    public bool IsDue(long accepted, TimeSpan now) => now >= Next || (accepted - Mark >= AcceptancesToRetry && !_isPostponed);

    private int AcceptancesToRetry => Kind == SuspectKind.Refused ? 1 : RetrySchedules.AcceptancesToRetryFailed;

    /// <summary>It was refused without proof that anything else would have been accepted.</summary>
    public void NoteRefused(long accepted, TimeSpan now)
    {
        Kind = SuspectKind.Refused;
        Mark = accepted;
        Wait(now);
    }

    /// <summary>It failed. Its wait grows only while nothing else is accepted: the server is at fault then.</summary>
    public void NoteFailed(long accepted, TimeSpan now)
    {
        if (accepted > Mark)
        {
            _pause = RetrySchedules.FirstQuarantineWait;
        }

        Kind = SuspectKind.Failed;
        Mark = accepted;
        Wait(now);
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
