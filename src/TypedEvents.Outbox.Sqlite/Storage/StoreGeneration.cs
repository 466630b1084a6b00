namespace TypedEvents.Outbox.Sqlite;

/// <summary>Identifies an outbox and how far it has got. A copy of the file has the same id.</summary>
/// <param name="Id">A random id that was created with the file; empty if it has none.</param>
/// <param name="LastPosition">The last assigned position.</param>
/// <param name="Appended">The number of events ever appended.</param>
internal readonly record struct StoreGeneration(string Id, long LastPosition, long Appended)
{
    public static StoreGeneration Of(Database database) => new(
        database.QueryText("SELECT hex(file_id) FROM outbox") ?? "",
        database.QueryInt64("SELECT last_position FROM outbox"),
        database.QueryInt64("SELECT appended FROM outbox"));

    /// <summary>Whether this is the same outbox and contains everything that another copy contains.</summary>
    public bool Continues(StoreGeneration other) =>
        Id.Length > 0 && Id == other.Id && LastPosition >= other.LastPosition && Appended >= other.Appended;
}
