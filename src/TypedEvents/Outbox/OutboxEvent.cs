namespace TypedEvents;

/// <summary>A pending event in an outbox.</summary>
/// <param name="Position">Its place in the order of appending; unique within the outbox, and never given again.</param>
/// <param name="Partition">The part of the outbox that it belongs to, 0 to 15.</param>
/// <param name="EventName">The event's name.</param>
/// <param name="AppKey">Which application made it (<c>app_key</c>), or <see langword="null"/>. A request holds events of one.</param>
/// <param name="User">
/// The user's external id where the EUID's place in <paramref name="Json"/> is still blank; <c>default</c> otherwise.
/// </param>
/// <param name="Json">The event as it is sent, in UTF-8. Valid until the event is settled.</param>
public readonly record struct OutboxEvent(
    long Position,
    int Partition,
    string EventName,
    string? AppKey,
    EngageUser User,
    ReadOnlyMemory<byte> Json);
