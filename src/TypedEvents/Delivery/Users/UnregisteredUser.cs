namespace TypedEvents;

/// <summary>A user whose events wait until its external id is turned into an EUID. <see cref="RegistrationQueue"/> alone changes it.</summary>
internal sealed class UnregisteredUser(long number, EngageUser user, int partition, TimeSpan since)
{
    /// <summary>No event waits: the EUID is asked for again because it has been known for long.</summary>
    public const long NoPosition = long.MaxValue;

    /// <summary>Tells it from the others as far as the rules are concerned.</summary>
    public long Number => number;

    public EngageUser User => user;

    public int Partition => partition;

    public RegistrationState State { get; private set; } = RegistrationState.LookupPending;

    /// <summary>Since when it waits for its next request.</summary>
    public TimeSpan Since { get; private set; } = since;

    /// <summary>The position of its first event that waits.</summary>
    public long FirstPosition { get; private set; } = NoPosition;

    /// <summary>How many EUIDs had been given when a response last omitted it, as in a partial success; <see langword="null"/>: none did.</summary>
    public long? OmittedAt { get; private set; }

    /// <summary>How many responses omitted it.</summary>
    public int Omissions { get; private set; }

    public void AddEvent(long position) => FirstPosition = Math.Min(FirstPosition, position);

    public void Queue() => State = RegistrationState.Queued;

    public void QueueAgain(TimeSpan now)
    {
        Queue();
        Since = now;
    }

    public void Quarantine() => State = RegistrationState.Quarantined;

    public void Omit(long given)
    {
        State = RegistrationState.Omitted;
        OmittedAt = given;
        Omissions++;
    }

    public void End() => State = RegistrationState.Done;
}
