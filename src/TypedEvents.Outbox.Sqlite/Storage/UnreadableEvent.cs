namespace TypedEvents.Outbox.Sqlite;

/// <summary>A row that can't be read as an event.</summary>
/// <param name="Position">The row's position.</param>
/// <param name="EventName">The event's name, as far as it can be read.</param>
/// <param name="Fault">Why the row can't be read.</param>
internal readonly record struct UnreadableEvent(long Position, string EventName, string Fault);
