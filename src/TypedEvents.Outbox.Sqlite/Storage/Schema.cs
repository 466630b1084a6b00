namespace TypedEvents.Outbox.Sqlite;

/// <summary>The tables, and the marks in the file that identify it as an outbox and tell its version.</summary>
internal static class Schema
{
    /// <summary>
    /// SQLite's <c>application_id</c> of an outbox: "TEvt". It is stored in the file's header, where it can be read without SQLite.
    /// </summary>
    public const int ApplicationId = 0x5445_7674;

    /// <summary>SQLite's <c>user_version</c>. A file with a higher version isn't changed.</summary>
    public const int Version = 3;

    // One row of "events" is one event. "position" is its place in the order of appending and is never reused: it is counted in "outbox".
    // "state" is an EventState. Held events and dead letters share a cap, so they share an index;
    // pending events are read by partition. The indexes are partial, so that events of a held name don't slow down the others.
    // Later versions append columns, as an upgrade does: the salvage identifies columns by their position.
    private const string Tables = $"""
        CREATE TABLE outbox (
          id INTEGER PRIMARY KEY CHECK (id = 1),
          base_address TEXT,
          last_position INTEGER NOT NULL DEFAULT 0,
          appended INTEGER NOT NULL DEFAULT 0,
          delivered INTEGER NOT NULL DEFAULT 0,
          pending INTEGER NOT NULL DEFAULT 0,
          waiting_for_user INTEGER NOT NULL DEFAULT 0,
          dead_letters INTEGER NOT NULL DEFAULT 0,
          evicted INTEGER NOT NULL DEFAULT 0,
          purged INTEGER NOT NULL DEFAULT 0,
          waiting_bytes INTEGER NOT NULL DEFAULT 0,
          aside_bytes INTEGER NOT NULL DEFAULT 0,
          rebinding INTEGER NOT NULL DEFAULT 0, -- -1 no, and what the file was for is lost, 0 no, 1 if there are no events, 2 yes
          is_doubtful INTEGER NOT NULL DEFAULT 0, -- whether a process met damage since the file was last looked through
          binding INTEGER NOT NULL DEFAULT 0 -- how often the file was bound to another target
        ) STRICT;
        INSERT INTO outbox (id) VALUES (1);

        CREATE TABLE events (
          position INTEGER PRIMARY KEY,
          partition INTEGER NOT NULL,
          state INTEGER NOT NULL,
          name TEXT NOT NULL,
          app_key TEXT,
          identity_name TEXT,
          own_id TEXT,
          appended_at INTEGER NOT NULL, -- ms since 1970, by the clock of the process that appended it
          kind TEXT,
          code INTEGER,
          message TEXT,
          json BLOB NOT NULL,
          checksum INTEGER -- NULL: of version 1, which had none
        ) STRICT;
        CREATE INDEX waiting ON events (partition) WHERE {StateSql.IsWaiting};
        CREATE INDEX held ON events (name) WHERE {StateSql.IsHeld};
        CREATE INDEX aside ON events (position) WHERE {StateSql.IsAside};

        CREATE TABLE held_names (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

        CREATE TABLE users (
          identity_name TEXT NOT NULL,
          own_id TEXT NOT NULL,
          euid INTEGER NOT NULL,
          registered_at INTEGER NOT NULL, -- ms since 1970
          checksum INTEGER, -- NULL: of version 1
          PRIMARY KEY (identity_name, own_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX users_by_age ON users (registered_at);

        """ + Targets + StoreGeneration.Table + "PRAGMA user_version = 3;";

    // A project is identified by a name or by hashes of its API keys.
    private const string Targets = """
        CREATE TABLE targets (project TEXT PRIMARY KEY, is_key INTEGER NOT NULL) STRICT, WITHOUT ROWID;

        """;

    // A process of version 1 that has the file open can continue, because it names the columns that it writes. That version can't open the
    // file any more.
    // Until a process that has the file alone recounts, the counters include only the JSON.
    private const string UpgradeFrom1 = """
        ALTER TABLE outbox ADD COLUMN rebinding INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE events ADD COLUMN checksum INTEGER;
        ALTER TABLE users ADD COLUMN checksum INTEGER;

        """ + Targets;

    private static readonly string UpgradeFrom2 = StoreGeneration.Table + $"""
        ALTER TABLE outbox ADD COLUMN is_doubtful INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE outbox ADD COLUMN binding INTEGER NOT NULL DEFAULT 0;
        UPDATE outbox SET
          waiting_bytes = (SELECT coalesce(sum({EventFacts.BytesColumn}), 0) FROM events WHERE {StateSql.IsWaiting}),
          aside_bytes = (SELECT coalesce(sum({EventFacts.BytesColumn} + {EventFacts.MessageBytesColumn}), 0) FROM events WHERE {StateSql.IsAside});
        PRAGMA user_version = 3;
        """;

    public static bool IsNewer(Database database) => VersionOf(database) > Version;

    public static long VersionOf(Database database) => database.QueryInt64("PRAGMA user_version");

    /// <summary>Creates the tables in an empty file, or upgrades an earlier version's file, unless another process has done so already.</summary>
    public static void Create(Database database)
    {
        // Written to the file itself, before the WAL exists.
        if (database.QueryInt64("PRAGMA application_id") == 0)
        {
            database.Execute($"PRAGMA application_id = {ApplicationId}");
        }

        UseWal(database);
        if (VersionOf(database) >= Version)
        {
            return;
        }

        database.Execute("BEGIN IMMEDIATE");
        try
        {
            switch (VersionOf(database))
            {
                case 0:
                    database.Execute(Tables);
                    break;
                case 1:
                    database.Execute(UpgradeFrom1 + UpgradeFrom2);
                    break;
                case 2:
                    database.Execute(UpgradeFrom2);
                    break;
            }

            database.Execute("COMMIT");
        }
        catch
        {
            database.Rollback();
            throw;
        }
    }

    private static void UseWal(Database database)
    {
        if (database.QueryText("PRAGMA journal_mode = WAL") is var mode and not "wal")
        {
            throw new IOException(
                $"SQLite can't use a write-ahead log here (journal_mode is {mode}): the file system doesn't support memory shared between processes. Use a local disk.");
        }

        database.Execute("PRAGMA journal_size_limit = 16777216");
    }
}
