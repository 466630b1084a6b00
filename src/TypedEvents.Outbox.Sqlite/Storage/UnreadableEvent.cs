namespace TypedEvents.Outbox.Sqlite;

/// <summary>A row of which no event can be made.</summary>
/// <param name="Position">Which it is.</param>
/// <param name="EventName">The event's name, as far as it can be read.</param>
/// <param name="Fault">Why.</param>
internal readonly record struct UnreadableEvent(long Position, string EventName, string Fault);
