namespace TypedEvents;

/// <summary>An event that an outbox keeps, for people and tools to look at.</summary>
/// <param name="Position">Its place in the outbox.</param>
/// <param name="State">Whether it waits or is a dead letter.</param>
/// <param name="EventName">The event's name.</param>
/// <param name="AppKey">Which application made it, or <see langword="null"/>.</param>
/// <param name="User">The user's external id where the EUID in <paramref name="Json"/> is still blank; <c>default</c> otherwise.</param>
/// <param name="Json">The event as it is sent, in UTF-8.</param>
/// <param name="AppendedAt">When the outbox got it, by its own clock.</param>
/// <param name="Reason">Why it is a dead letter; <see langword="null"/> for one that waits.</param>
public sealed record StoredEvent(
    long Position,
    StoredEventState State,
    string EventName,
    string? AppKey,
    EngageUser User,
    ReadOnlyMemory<byte> Json,
    DateTimeOffset AppendedAt,
    DeadLetterReason? Reason);
