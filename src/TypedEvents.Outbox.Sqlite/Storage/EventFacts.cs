namespace TypedEvents.Outbox.Sqlite;

/// <summary>The properties of an event that the statistics depend on.</summary>
/// <param name="Position">The event's position.</param>
/// <param name="Length">The size of its JSON in bytes.</param>
/// <param name="State">The event's state.</param>
/// <param name="HasExternalId">Whether the event's user is known only by an external id.</param>
internal readonly record struct EventFacts(long Position, long Length, EventState State, bool HasExternalId)
{
    public const string Columns = "position, length(json), state, own_id IS NOT NULL";

    /// <summary>Reads the facts from a row with <see cref="Columns"/>.</summary>
    public static EventFacts From(Statement select) =>
        new(select.Int64(0), select.Int64(1), (EventState)select.Int64(2), select.Int64(3) != 0);
}
