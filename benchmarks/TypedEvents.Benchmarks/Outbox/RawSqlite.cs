using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace TypedEvents.Benchmarks;

/// <summary>
/// The floor of a durable outbox in a SQLite file: the same rows in the same table with the same indexes, the same two commits that reach the
/// disk, by prepared statements of SQLite's own interface, and nothing else.
/// </summary>
internal sealed class RawSqlite : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly sqlite3_stmt _begin;
    private readonly sqlite3_stmt _commit;
    private readonly sqlite3_stmt _insert;
    private readonly sqlite3_stmt _read;
    private readonly sqlite3_stmt _delete;
    private long _position;

    /// <param name="path">The file, which is created.</param>
    /// <param name="outbox">The file of an outbox, whose table and indexes are copied.</param>
    public RawSqlite(string path, string outbox)
    {
        _connection = new SqliteConnection($"Data Source={path};Pooling=False");
        _connection.Open();
        Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY");
        foreach (string sql in SchemaOf(outbox))
        {
            Execute(sql);
        }

        _begin = Prepare("BEGIN IMMEDIATE");
        _commit = Prepare("COMMIT");
        _insert = Prepare("INSERT INTO events (position, partition, state, name, appended_at, checksum, json) VALUES (?1, ?2, 0, ?3, ?4, ?5, ?6)");
        _read = Prepare("SELECT position, json FROM events WHERE state = 0 AND partition = ?1 AND position > ?2 ORDER BY position LIMIT ?3");
        _delete = Prepare("DELETE FROM events WHERE position = ?1");
    }

    public void Append(int partition, ReadOnlySpan<byte> name, ReadOnlySpan<byte> json, int count)
    {
        Run(_begin);
        for (int i = 0; i < count; i++)
        {
            _position++;
            raw.sqlite3_bind_int64(_insert, 1, _position);
            raw.sqlite3_bind_int(_insert, 2, partition);
            raw.sqlite3_bind_text(_insert, 3, name);
            raw.sqlite3_bind_int64(_insert, 4, 1_780_000_000_000 + _position);
            raw.sqlite3_bind_int64(_insert, 5, _position * 0x5DEECE66D);
            raw.sqlite3_bind_blob(_insert, 6, json);
            Run(_insert);
        }

        Run(_commit);
    }

    public List<(long Position, byte[] Json)> Read(int partition, long after, int count)
    {
        List<(long, byte[])> rows = [];
        raw.sqlite3_bind_int(_read, 1, partition);
        raw.sqlite3_bind_int64(_read, 2, after);
        raw.sqlite3_bind_int(_read, 3, count);
        while (Step(_read))
        {
            rows.Add((raw.sqlite3_column_int64(_read, 0), raw.sqlite3_column_blob(_read, 1).ToArray()));
        }

        raw.sqlite3_reset(_read);
        return rows;
    }

    public void Settle(List<(long Position, byte[] Json)> rows)
    {
        Run(_begin);
        foreach ((long position, _) in rows)
        {
            raw.sqlite3_bind_int64(_delete, 1, position);
            Run(_delete);
        }

        Run(_commit);
    }

    public void Dispose()
    {
        foreach (sqlite3_stmt statement in (sqlite3_stmt[])[_begin, _commit, _insert, _read, _delete])
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }

    private static List<string> SchemaOf(string outbox)
    {
        using var connection = new SqliteConnection($"Data Source={outbox};Pooling=False;Mode=ReadOnly");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT sql FROM sqlite_schema WHERE tbl_name = 'events' AND sql IS NOT NULL ORDER BY type DESC";
        using SqliteDataReader reader = command.ExecuteReader();
        List<string> schema = [];
        while (reader.Read())
        {
            schema.Add(reader.GetString(0));
        }

        return schema;
    }

    private void Execute(string sql) => Check(raw.sqlite3_exec(_connection.Handle, sql));

    private sqlite3_stmt Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v3(_connection.Handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out sqlite3_stmt statement));
        return statement;
    }

    private void Run(sqlite3_stmt statement)
    {
        Step(statement);
        raw.sqlite3_reset(statement);
    }

    private bool Step(sqlite3_stmt statement)
    {
        int result = raw.sqlite3_step(statement);
        if (result != raw.SQLITE_DONE)
        {
            Check(result == raw.SQLITE_ROW ? raw.SQLITE_OK : result);
        }

        return result == raw.SQLITE_ROW;
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _connection.Handle);
}
