using System.Globalization;
using System.Text;

namespace TypedEvents.Outbox.PostgreSql;

/// <summary>The outbox's tables: what creates them, and which rights a process needs.</summary>
/// <remarks>
/// There are no foreign keys, triggers or functions, so that the script runs on managed servers. <c>senders</c> and <c>floors</c> are UNLOGGED:
/// a crash or a promotion empties them, and so voids every claim and everything that depends on an earlier snapshot, transaction id or position.
/// </remarks>
internal static class Schema
{
    /// <summary>The version that this library creates and knows.</summary>
    public const int Version = 1;

    /// <summary>The oldest library's version that can work with the tables of <see cref="Version"/>.</summary>
    public const int MinVersion = 1;

    public const string Sequence = "events_position_seq";

    /// <summary>What a process that appends and sends has to be allowed, by table.</summary>
    public static readonly IReadOnlyList<(string Table, string[] Rights)> SenderRights =
    [
        ("outbox", ["SELECT", "UPDATE"]),
        ("events", ["SELECT", "INSERT", "UPDATE", "DELETE"]),
        ("dead_letters", ["SELECT", "INSERT", "UPDATE", "DELETE"]),
        ("senders", ["SELECT", "INSERT", "UPDATE", "DELETE"]),
        ("floors", ["SELECT", "INSERT", "UPDATE", "DELETE"]),
        ("partitions", ["SELECT", "UPDATE"]),
        ("held_names", ["SELECT", "INSERT", "UPDATE", "DELETE"]),
        ("ledger", ["SELECT", "INSERT", "DELETE"]),
        ("users", ["SELECT", "INSERT", "UPDATE", "DELETE"]),
        (Sequence, ["SELECT", "UPDATE"]),
    ];

    /// <summary>What a process that only appends has to be allowed, by table.</summary>
    public static readonly IReadOnlyList<(string Table, string[] Rights)> AppendRights = [("events", ["INSERT"]), ("ledger", ["INSERT"])];

    /// <summary>A name as an identifier in SQL.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>The statements that create the tables in a schema that exists.</summary>
    public static IReadOnlyList<string> CreateTables(string schema)
    {
        string q = Quote(schema);
        return
        [
            $"""
            CREATE TABLE {q}.outbox (
              id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
              schema_version int NOT NULL,
              min_version int NOT NULL,
              target text,
              appended bigint NOT NULL DEFAULT 0,
              delivered bigint NOT NULL DEFAULT 0,
              pending bigint NOT NULL DEFAULT 0,
              pending_registration bigint NOT NULL DEFAULT 0,
              dead_letters bigint NOT NULL DEFAULT 0,
              evicted bigint NOT NULL DEFAULT 0,
              purged bigint NOT NULL DEFAULT 0,
              pending_bytes bigint NOT NULL DEFAULT 0,
              dead_letter_bytes bigint NOT NULL DEFAULT 0)
            """,
            $"""
            CREATE TABLE {q}.events (
              position bigint GENERATED ALWAYS AS IDENTITY,
              xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
              appended_at timestamptz NOT NULL DEFAULT clock_timestamp(),
              partition smallint NOT NULL,
              name text COLLATE "C" NOT NULL,
              app_key text COLLATE "C",
              identity_name text COLLATE "C",
              external_id bytea,
              json bytea NOT NULL,
              PRIMARY KEY (partition, position))
              WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
                    autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 50000,
                    autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000,
                    vacuum_truncate = off)
            """,
            $"CREATE INDEX events_xact ON {q}.events ((partition::int), xact, position)",
            $"""
            CREATE TABLE {q}.dead_letters (
              position bigint PRIMARY KEY,
              partition smallint NOT NULL,
              appended_at timestamptz NOT NULL,
              name text COLLATE "C" NOT NULL,
              app_key text COLLATE "C",
              identity_name text COLLATE "C",
              external_id bytea,
              json bytea NOT NULL,
              kind text COLLATE "C" NOT NULL,
              code int,
              message text)
            """,
            $"""
            CREATE UNLOGGED TABLE {q}.senders (
              sender uuid PRIMARY KEY,
              host text,
              library text,
              registered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
              expires_at timestamptz NOT NULL)
              WITH (fillfactor = 50)
            """,
            $"""
            CREATE UNLOGGED TABLE {q}.floors (
              partition smallint PRIMARY KEY,
              floor bigint NOT NULL,
              snapshot text NOT NULL)
              WITH (fillfactor = 50)
            """,
            $"CREATE TABLE {q}.partitions (partition smallint PRIMARY KEY, sender uuid) WITH (fillfactor = 50)",
            $"CREATE TABLE {q}.held_names (partition smallint, name text COLLATE \"C\", PRIMARY KEY (partition, name))",
            $"""
            CREATE TABLE {q}.ledger (
              id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
              appended int NOT NULL DEFAULT 0,
              delivered int NOT NULL DEFAULT 0,
              pending int NOT NULL DEFAULT 0,
              pending_registration int NOT NULL DEFAULT 0,
              dead_letters int NOT NULL DEFAULT 0,
              evicted int NOT NULL DEFAULT 0,
              purged int NOT NULL DEFAULT 0,
              pending_bytes bigint NOT NULL DEFAULT 0,
              dead_letter_bytes bigint NOT NULL DEFAULT 0)
            """,
            $"""
            CREATE TABLE {q}.users (
              identity_name text COLLATE "C",
              external_id bytea,
              euid bigint NOT NULL,
              registered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
              PRIMARY KEY (identity_name, external_id))
            """,
            $"CREATE INDEX users_by_age ON {q}.users (registered_at)",
            $"CREATE INDEX users_by_euid ON {q}.users (euid)",
            $"INSERT INTO {q}.partitions (partition) SELECT generate_series(0, {Partition.Count - 1})",
            $"INSERT INTO {q}.outbox (schema_version, min_version) VALUES ({Version}, {MinVersion})",
        ];
    }

    /// <summary>The script for a database administrator.</summary>
    public static string Script(string schema, int fromVersion)
    {
        string q = Quote(schema);
        var script = new StringBuilder();
        if (fromVersion == Version)
        {
            return script.Append(CultureInfo.InvariantCulture, $"-- The outbox in the schema {OneLine(q)} has version {Version}, which is current: there is nothing to do.\n").ToString();
        }

        script.Append(CultureInfo.InvariantCulture, $"-- Creates version {Version} of the TypedEvents outbox in the schema {OneLine(q)} (PostgreSQL 13 or later).\nBEGIN;\n\nCREATE SCHEMA IF NOT EXISTS {q};\n\n");
        foreach (string statement in CreateTables(schema))
        {
            script.Append(statement).Append(";\n\n");
        }

        script.Append("COMMIT;\n\n-- A role whose processes append events and send them (replace its name):\n");
        Grant(script, q, "typed_events_sender", SenderRights);
        script.Append("\n-- A role whose processes only append events, which others send (replace its name):\n");
        Grant(script, q, "typed_events_append", AppendRights);
        return script.ToString();
    }

    private static void Grant(StringBuilder script, string q, string role, IReadOnlyList<(string Table, string[] Rights)> rights)
    {
        script.Append(CultureInfo.InvariantCulture, $"-- GRANT USAGE ON SCHEMA {OneLine(q)} TO {role};\n");
        foreach ((string table, string[] needed) in rights)
        {
            script.Append(CultureInfo.InvariantCulture, $"-- GRANT {string.Join(", ", needed)} ON {(table == Sequence ? "SEQUENCE " : "")}{OneLine(q)}.{table} TO {role};\n");
        }
    }

    /// <summary>A schema's name may hold a line break, which would end the comment.</summary>
    private static string OneLine(string name) => name.ReplaceLineEndings(" ");
}
