namespace TypedEvents.Outbox.Sqlite;

/// <summary>Which outbox a file is, and how far: a copy has the same id.</summary>
/// <param name="Id">Made with the file; empty in one that was made without.</param>
/// <param name="LastPosition">The position that was given last.</param>
/// <param name="Appended">How many events it ever took.</param>
internal readonly record struct StoreGeneration(string Id, long LastPosition, long Appended)
{
    public static StoreGeneration Of(Database database) => new(
        database.QueryText("SELECT hex(file_id) FROM outbox") ?? "",
        database.QueryInt64("SELECT last_position FROM outbox"),
        database.QueryInt64("SELECT appended FROM outbox"));

    /// <summary>Whether this is the same outbox and has all that another copy has.</summary>
    public bool Continues(StoreGeneration other) =>
        Id.Length > 0 && Id == other.Id && LastPosition >= other.LastPosition && Appended >= other.Appended;
}
