namespace TypedEvents;

/// <summary>An event that has just become a dead letter: the argument of <see cref="EventTrackerOptions.OnDeadLetter"/>.</summary>
public sealed record DeadLetteredEvent
{
    /// <summary>Its place in the outbox.</summary>
    public required long Position { get; init; }

    /// <summary>The event's name.</summary>
    public required string EventName { get; init; }

    /// <summary>The application that the event comes from, or <see langword="null"/>.</summary>
    public string? AppKey { get; init; }

    /// <summary>The user's external id if the EUID in <see cref="Json"/> is still blank; <c>default</c> otherwise.</summary>
    public EngageUser User { get; init; }

    /// <summary>The event in UTF-8, in memory of its own.</summary>
    public required ReadOnlyMemory<byte> Json { get; init; }

    /// <summary>Why it is a dead letter.</summary>
    public required DeadLetterReason Reason { get; init; }
}
