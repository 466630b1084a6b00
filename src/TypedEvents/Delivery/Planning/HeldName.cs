namespace TypedEvents;

/// <summary>A name whose events are held, and when which of them is sent next.</summary>
internal sealed class HeldName(string name, TimeSpan now)
{
    public string Name => name;

    public TimeSpan NextTry { get; private set; } = now + RetrySchedules.HeldNameInterval;

    /// <summary>The position of an event that was picked and couldn't be sent yet: it is the next one.</summary>
    public long? Picked { get; private set; }

    /// <summary>The lane of <see cref="Picked"/>.</summary>
    public int PickedLane { get; private set; }

    /// <summary>Whether the next one is picked at random.</summary>
    public bool IsRandomDue { get; private set; }

    /// <summary>The position of the one that was picked last in their order.</summary>
    public long LastInOrder { get; private set; }

    /// <summary>Notes which event was picked; <see langword="null"/>: there is none.</summary>
    public void NotePicked(long? position, int lane)
    {
        if (Picked is null && IsRandomDue)
        {
            IsRandomDue = false;
        }
        else if (Picked is null)
        {
            LastInOrder = position ?? 0;
            IsRandomDue = true;
        }

        Picked = position;
        PickedLane = lane;
    }

    /// <summary>The one that was picked is sent: another one is next.</summary>
    public void NoteSent(TimeSpan now)
    {
        Picked = null;
        Postpone(now);
    }

    public void Postpone(TimeSpan now) => NextTry = now + RetrySchedules.HeldNameInterval;

    /// <summary>The one that was picked can't be sent before its user is registered.</summary>
    public void PostponeBriefly(TimeSpan now) => NextTry = now + RetrySchedules.HeldNameRegistrationWait;
}
