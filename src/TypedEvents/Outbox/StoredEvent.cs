namespace TypedEvents;

/// <summary>An event in an outbox, as people and tools see it.</summary>
public sealed record StoredEvent
{
    /// <summary>Its place in the outbox.</summary>
    public required long Position { get; init; }

    /// <summary>Whether it is pending or a dead letter.</summary>
    public required StoredEventState State { get; init; }

    /// <summary>The event's name.</summary>
    public required string EventName { get; init; }

    /// <summary>The application that the event comes from, or <see langword="null"/>.</summary>
    public string? AppKey { get; init; }

    /// <summary>The user's external id if the EUID in <see cref="Json"/> is still blank; <c>default</c> otherwise.</summary>
    public EngageUser User { get; init; }

    /// <summary>The event as it is sent, in UTF-8.</summary>
    public required ReadOnlyMemory<byte> Json { get; init; }

    /// <summary>When the outbox received it, by the outbox's own clock.</summary>
    public required DateTimeOffset AppendedAt { get; init; }

    /// <summary>Why it is a dead letter; <see langword="null"/> for a pending one.</summary>
    public DeadLetterReason? Reason { get; init; }
}
