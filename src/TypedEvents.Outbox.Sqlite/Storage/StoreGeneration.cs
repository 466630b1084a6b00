namespace TypedEvents.Outbox.Sqlite;

/// <summary>
/// Tells which outbox a file is and how far it has got. An outbox has a history of epochs with random ids: a new one begins when a process
/// opens the file alone after events were appended, and when a copy takes the place of a missing file. If events are appended to two copies
/// of one file, each has an epoch that the other one doesn't know, even if both count the same number of events.
/// </summary>
/// <param name="Epoch">The id of the current epoch; empty if the file has none.</param>
/// <param name="LastPosition">The last assigned position.</param>
internal readonly record struct StoreGeneration(string Epoch, long LastPosition)
{
    private const int KeptEpochs = 16;

    /// <summary>The table of epochs. The position is that of the epoch's last event; NULL while the epoch is the current one.</summary>
    public const string Table = """
        CREATE TABLE epochs (number INTEGER PRIMARY KEY, epoch BLOB NOT NULL, last_position INTEGER) STRICT;
        INSERT INTO epochs (epoch) VALUES (randomblob(16));

        """;

    public static StoreGeneration Of(Database database) => new(
        database.QueryText("SELECT hex(epoch) FROM epochs WHERE last_position IS NULL ORDER BY number DESC LIMIT 1") ?? "",
        database.QueryInt64("SELECT last_position FROM outbox"));

    /// <summary>How far a file contains what was appended to another one in its current epoch.</summary>
    /// <param name="database">The file.</param>
    /// <param name="other">The state of the other file.</param>
    /// <returns>The last common position; -1 if the file isn't a continuation of the other one.</returns>
    public static long FindEnd(Database database, StoreGeneration other)
    {
        using Statement find = database.PrepareOnce("""
            SELECT coalesce(epochs.last_position, outbox.last_position) FROM epochs, outbox WHERE hex(epochs.epoch) = ?1
            """);
        return find.Bind(1, other.Epoch).Step() ? find.Int64(0) : -1;
    }

    /// <summary>Begins a new epoch. The caller has exclusive use of the file.</summary>
    public static void Begin(Database database) => database.Execute($"""
        BEGIN IMMEDIATE;
        UPDATE epochs SET last_position = (SELECT outbox.last_position FROM outbox) WHERE last_position IS NULL;
        INSERT INTO epochs (epoch) VALUES (randomblob(16));
        DELETE FROM epochs WHERE number <= (SELECT max(number) FROM epochs) - {KeptEpochs};
        COMMIT;
        """);

    /// <summary>Begins a new epoch if events were appended in the current one. The caller has exclusive use of the file.</summary>
    public static void BeginAfterEvents(Database database)
    {
        if (database.QueryInt64("SELECT outbox.last_position > coalesce((SELECT max(epochs.last_position) FROM epochs), 0) FROM outbox") != 0)
        {
            Begin(database);
        }
    }
}
