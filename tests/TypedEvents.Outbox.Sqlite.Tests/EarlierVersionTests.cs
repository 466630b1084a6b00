using System.Text;

namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>A file that an earlier version created is upgraded.</summary>
public sealed class EarlierVersionTests : OutboxTests
{
    // The schema as version 1 created it. Never change it.
    private const string Version1 = """
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
          aside_bytes INTEGER NOT NULL DEFAULT 0
        ) STRICT;
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
          json BLOB NOT NULL
        ) STRICT;
        CREATE INDEX waiting ON events (partition) WHERE state = 0;
        CREATE INDEX held ON events (name) WHERE state = 1;
        CREATE INDEX aside ON events (position) WHERE state <> 0;
        CREATE TABLE held_names (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
        CREATE TABLE users (
          identity_name TEXT NOT NULL,
          own_id TEXT NOT NULL,
          euid INTEGER NOT NULL,
          registered_at INTEGER NOT NULL, -- ms since 1970
          PRIMARY KEY (identity_name, own_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX users_by_age ON users (registered_at);
        PRAGMA user_version = 1;
        PRAGMA application_id = 1413838452;
        """;

    private const string Row = "INSERT INTO events (position, partition, state, name, app_key, identity_name, own_id, appended_at, json) VALUES";

    [Fact]
    public async Task Events_and_users_stay_and_the_project_is_that_of_the_first_tracker()
    {
        Make("""
            INSERT INTO outbox (id, base_address, last_position, appended, pending, waiting_for_user, waiting_bytes, dead_letters, aside_bytes, delivered)
              VALUES (1, 'https://api.engagelab.cc', 9, 9, 2, 1, 2, 1, 1, 6);
            """ + Row + """
             (7, 1, 0, 'sign_up', 'shop', NULL, NULL, 1764000000000, CAST('a' AS BLOB)), (8, 1, 0, 'sign_up', NULL, 'user_id', 'user-42', 1764000000000, CAST('b' AS BLOB));
            INSERT INTO events (position, partition, state, name, appended_at, kind, json) VALUES (9, 1, 2, 'sign_up', 1764000000000, 'refused', CAST('c' AS BLOB));
            INSERT INTO users VALUES ('user_id', 'user-42', 7, 1764000000000);
            """);

        await using (SqliteOutbox outbox = Open())
        {
            Assert.Null(outbox.CorruptDatabasePath);
            Assert.Empty(Logger.Entries);
            await Assert.ThrowsAsync<OutboxUnusableException>(() => outbox.OpenAsync(Opening(Target("http://localhost:5000")), Cancellation).AsTask());
            await outbox.OpenAsync(Opening(Target("https://api.engagelab.cc", "shop")), Cancellation);
            await Assert.ThrowsAsync<OutboxUnusableException>(() => outbox.OpenAsync(Opening(Target("https://api.engagelab.cc", "staging")), Cancellation).AsTask());
            await AppendAsync(outbox, "d");
            await using IOutboxClaim claim = await ClaimAsync(outbox);
            List<OutboxEvent> read = await ReadAsync(claim);
            Assert.Equal(["a", "b", "d"], read.Select(item => Encoding.UTF8.GetString(item.Json.Span)));
            Assert.Equal(new Euid(7), Assert.Single(await outbox.FindUsersAsync([EngageUser.UserId("user-42")], Cancellation)).Euid);
            await claim.SettleDeliveredAsync(read, Cancellation);
            Assert.Equal(new OutboxStatistics { Appended = 10, Delivered = 9, DeadLetters = 1 }, await GetStatisticsAsync(outbox));
        }
    }

    [Fact]
    public async Task An_upgraded_file_has_the_columns_of_a_new_one()
    {
        Make("INSERT INTO outbox (id) VALUES (1);");
        await using SqliteOutbox upgraded = Open();
        await using SqliteOutbox made = OpenFile(Folder.Outbox + "2");
        const string Columns = """
            SELECT group_concat(item, char(10)) FROM (
              SELECT m.name || '.' || c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || coalesce(c.dflt_value, '') AS item
              FROM sqlite_master m, pragma_table_info(m.name) c ORDER BY item)
            """;
        Assert.Equal(made.ReaderDatabase.QueryText(Columns), upgraded.ReaderDatabase.QueryText(Columns));
        Assert.Equal(Schema.Version, upgraded.ReaderDatabase.QueryInt64("PRAGMA user_version"));
    }

    [Fact]
    public async Task A_process_of_the_earlier_version_that_has_the_file_open_can_continue()
    {
        Make("INSERT INTO outbox (id) VALUES (1);");
        using Database earlier = Database.Open(Folder.Outbox, TimeSpan.FromSeconds(10));
        using Statement insert = earlier.PrepareOnce(Row + " (1, 1, 0, 'sign_up', NULL, NULL, NULL, 1764000000000, CAST('a' AS BLOB))");
        await using SqliteOutbox outbox = Open();
        insert.Run();
        earlier.Execute("UPDATE outbox SET last_position = 1, appended = 1, pending = 1, waiting_bytes = 1");
        await using IOutboxClaim claim = await ClaimAsync(outbox);
        Assert.Single(await ReadAsync(claim));
    }

    private void Make(string content)
    {
        // As that version created it.
        File.WriteAllBytes(Folder.Outbox, []);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Folder.Outbox, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        using (Database database = Database.Open(Folder.Outbox, TimeSpan.FromSeconds(10)))
        {
            database.Execute("PRAGMA journal_mode = WAL");
            database.Execute(Version1 + content);
        }

        File.WriteAllText(Folder.Outbox + "-open.lock", "version 1");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Folder.Outbox + "-open.lock", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
