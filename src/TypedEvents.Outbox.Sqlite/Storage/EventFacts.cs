namespace TypedEvents.Outbox.Sqlite;

/// <summary>What the statistics need to know of an event.</summary>
/// <param name="Position">Which it is.</param>
/// <param name="Length">The size of its JSON in bytes.</param>
/// <param name="State">Where it is.</param>
/// <param name="HasExternalId">Whether only its user's external id is known.</param>
internal readonly record struct EventFacts(long Position, long Length, EventState State, bool HasExternalId)
{
    public const string Columns = "position, length(json), state, own_id IS NOT NULL";

    /// <summary>Reads it from a row with <see cref="Columns"/>.</summary>
    public static EventFacts From(Statement select) =>
        new(select.Int64(0), select.Int64(1), (EventState)select.Int64(2), select.Int64(3) != 0);
}
