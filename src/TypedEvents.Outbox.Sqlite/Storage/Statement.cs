using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>
/// A prepared statement for repeated use. It binds and reads bytes in place: appending an event needs no command, reader or copy.
/// </summary>
internal sealed class Statement : IDisposable
{
    private const int MaxStackBytes = 1024;

    private readonly sqlite3 _connection;
    private readonly sqlite3_stmt _statement;

    /// <exception cref="SqliteException">The SQL is wrong, or the schema can't be read.</exception>
    public Statement(sqlite3 connection, string sql)
    {
        _connection = connection;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v3(connection, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement), connection);
    }

    /// <summary>The SQL, for tests of SQLite's query plans.</summary>
    public string Sql => raw.sqlite3_sql(_statement).utf8_to_string();

    public Statement Bind(int index, long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, index, value));
        return this;
    }

    public Statement Bind(int index, long? value)
    {
        Check(value is { } number ? raw.sqlite3_bind_int64(_statement, index, number) : raw.sqlite3_bind_null(_statement, index));
        return this;
    }

    public Statement Bind(int index, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            // An empty span would become NULL.
            Check(text is null ? raw.sqlite3_bind_null(_statement, index) : raw.sqlite3_bind_text(_statement, index, ""));
            return this;
        }

        int max = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> utf8 = max <= MaxStackBytes ? stackalloc byte[MaxStackBytes] : new byte[max];
        Check(raw.sqlite3_bind_text(_statement, index, utf8[..Encoding.UTF8.GetBytes(text, utf8)]));
        return this;
    }

    public Statement Bind(int index, ReadOnlySpan<byte> bytes)
    {
        Check(bytes.IsEmpty ? raw.sqlite3_bind_zeroblob(_statement, index, 0) : raw.sqlite3_bind_blob(_statement, index, bytes));
        return this;
    }

    /// <summary>
    /// Moves to the next row. After reading rows call <see cref="Reset"/>: an open read transaction prevents a checkpoint of the whole WAL.
    /// </summary>
    /// <returns>Whether there is one.</returns>
    public bool Step()
    {
        int result = raw.sqlite3_step(_statement);
        if (result is raw.SQLITE_ROW or raw.SQLITE_DONE)
        {
            return result == raw.SQLITE_ROW;
        }

        throw FailureOf(result);
    }

    /// <summary>Runs a statement that has no rows.</summary>
    public void Run()
    {
        try
        {
            while (Step())
            {
            }
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Runs a statement that has no rows.</summary>
    /// <returns>Whether the statement ran; <see langword="false"/> if another connection holds the lock.</returns>
    public bool TryRun()
    {
        int result = raw.sqlite3_step(_statement);
        try
        {
            return result switch
            {
                raw.SQLITE_DONE => true,
                raw.SQLITE_BUSY => false,
                _ => throw FailureOf(result),
            };
        }
        finally
        {
            Reset();
        }
    }

    public long Int64(int column) => raw.sqlite3_column_int64(_statement, column);

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    public long? NullableInt64(int column) => IsNull(column) ? null : Int64(column);

    /// <summary>A blob, or a string in UTF-8. Valid until the next step.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_statement, column);

    public string? Text(int column) => IsNull(column) ? null : Encoding.UTF8.GetString(Bytes(column));

    public void Reset() => _ = raw.sqlite3_reset(_statement);

    public void Dispose() => _statement.Dispose();

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _connection);

    private SqliteException FailureOf(int result)
    {
        try
        {
            SqliteException.ThrowExceptionForRC(result, _connection);
            throw new SqliteException($"SQLite returned {result}.", result);
        }
        catch (SqliteException exception)
        {
            return exception;
        }
    }
}
