namespace TypedEvents;

/// <summary>An event on its way into an outbox.</summary>
/// <param name="Partition">The part of the outbox that it belongs to, 0 to 15: the same for all events of one user.</param>
/// <param name="EventName">The event's name.</param>
/// <param name="User">
/// The user's external id where only that is known: the place of the EUID in <paramref name="Json"/> is blank then. <c>default</c>
/// otherwise.
/// </param>
/// <param name="Json">The event as it is sent, in UTF-8. Valid until the append ends.</param>
public readonly record struct BufferedEvent(int Partition, string EventName, EngageUser User, ReadOnlyMemory<byte> Json);
