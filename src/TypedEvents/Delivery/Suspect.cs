namespace TypedEvents;

/// <summary>
/// An event, or a user's own id, that stepped aside: it is tried again, alone, and becomes a dead letter when there is proof that
/// the server works and it is at fault.
/// </summary>
internal sealed class Suspect(TriedItem item, SuspectKind kind, long mark, TimeSpan now)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);

    private TimeSpan _pause = FirstPause * 2;
    private bool _isPostponed;

    public TriedItem Item => item;

    public SuspectKind Kind { get; private set; } = kind;

    /// <summary>How many requests had been accepted when it was refused.</summary>
    public long Mark { get; private set; } = mark;

    /// <summary>How often it failed right after ten acceptances in a row.</summary>
    public int Proofs { get; set; }

    public TimeSpan LastTried { get; set; } = now;

    /// <summary>When it is tried next, unless there is proof before.</summary>
    public TimeSpan Next { get; private set; } = now + FirstPause;

    /// <summary>
    /// Whether it is time to try it again: a refused one as soon as another request was accepted, and now and then where there is
    /// nothing else to accept.
    /// </summary>
    public bool IsDue(long accepted, TimeSpan now) => now >= Next || (Kind == SuspectKind.Refused && accepted > Mark && !_isPostponed);

    /// <summary>It was refused without proof that anything else would have been accepted.</summary>
    public void NoteRefused(long accepted, TimeSpan now)
    {
        Kind = SuspectKind.Refused;
        Mark = accepted;
        Wait(now);
    }

    /// <summary>It failed.</summary>
    public void NoteFailed(TimeSpan now)
    {
        Kind = SuspectKind.Failed;
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
        _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
    }
}
