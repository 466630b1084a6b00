namespace TypedEvents;

/// <summary>A user whose events wait until its external id is turned into an EUID.</summary>
internal sealed class UnregisteredUser(long number, EngageUser user, int partition, TimeSpan since)
{
    /// <summary>No event waits: the EUID is asked for again because it has been known for long.</summary>
    public const long NoPosition = long.MaxValue;

    /// <summary>Tells it from the others as far as the rules are concerned.</summary>
    public long Number => number;

    public EngageUser User => user;

    public int Partition => partition;

    /// <summary>Since when it waits for its next request.</summary>
    public TimeSpan Since { get; private set; } = since;

    /// <summary>The position of its first event that waits.</summary>
    public long FirstPosition { get; set; }

    /// <summary>Whether nobody waits for it any more: it is known, or has no EUID.</summary>
    public bool IsForgotten { get; set; }

    /// <summary>How many EUIDs had been given when a response first omitted it, as in a partial success; <see langword="null"/>: none did.</summary>
    public long? OmittedAt { get; private set; }

    /// <summary>Whether it was omitted and isn't in the queue: it is asked for again with others.</summary>
    public bool IsOmitted { get; private set; }

    public void Omit(long given)
    {
        OmittedAt ??= given;
        IsOmitted = true;
    }

    public void AskAgain(TimeSpan now)
    {
        IsOmitted = false;
        Since = now;
    }
}
