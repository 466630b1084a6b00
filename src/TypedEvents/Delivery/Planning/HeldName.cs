namespace TypedEvents;

/// <summary>A name whose events are held, and when which of them is tried next.</summary>
internal sealed class HeldName(string name, TimeSpan now)
{
    public string Name => name;

    public TimeSpan NextTry { get; private set; } = now + RetrySchedules.HeldNameInterval;

    /// <summary>The position of an event that was picked and couldn't go yet: it goes next.</summary>
    public long? Picked { get; set; }

    /// <summary>Whether the next one is picked at random.</summary>
    public bool IsRandomDue { get; set; }

    /// <summary>The position of the one that was picked last in their order.</summary>
    public long LastInOrder { get; set; }

    public void Postpone(TimeSpan now) => NextTry = now + RetrySchedules.HeldNameInterval;

    /// <summary>One was picked that can't go before its user is known.</summary>
    public void PostponeBriefly(TimeSpan now) => NextTry = now + RetrySchedules.HeldNameRegistrationWait;
}
