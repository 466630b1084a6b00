namespace TypedEvents;

/// <summary>A user whose events wait until its own id is turned into an EUID.</summary>
internal sealed class WaitingUser(long number, EngageUser user, int partition, TimeSpan since)
{
    /// <summary>No event waits: the EUID is asked for again because it has been known for long.</summary>
    public const long NoPosition = long.MaxValue;

    /// <summary>Tells it from the others as far as the rules are concerned.</summary>
    public long Number => number;

    public EngageUser User => user;

    public int Partition => partition;

    public TimeSpan Since => since;

    /// <summary>The position of its first event that waits.</summary>
    public long FirstPosition { get; set; }

    /// <summary>Whether nobody waits for it any more: it is known, or has no EUID.</summary>
    public bool IsForgotten { get; set; }

    /// <summary>Whether an answer left it out, as in a partial success: it is asked for once more, alone.</summary>
    public bool WasMissing { get; set; }
}
