using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>A connection to the file, with the settings that the outbox's promise rests on.</summary>
internal sealed class Database : IDisposable
{
    private const int ConfigNoCheckpointOnClose = 1006;

    private readonly SqliteConnection _connection;
    private readonly List<Statement> _statements = [];

    private Database(SqliteConnection connection) => _connection = connection;

    /// <summary>What is prepared.</summary>
    public IReadOnlyList<Statement> Statements => _statements;

    /// <summary>The connection's handle, for the prepared statements.</summary>
    private sqlite3 Handle => _connection.Handle!;

    /// <param name="path">The file; it must be there.</param>
    /// <param name="busyTimeout">How long a statement waits for other connections by itself.</param>
    /// <param name="isWalKept">Whether the WAL stays as it is at the end: for one who looks at a file that may be corrupt.</param>
    /// <exception cref="SqliteException">It can't be opened.</exception>
    public static Database Open(string path, TimeSpan busyTimeout, bool isWalKept = false)
    {
        // The first connection of a process starts a timer of Microsoft.Data.Sqlite's that never ends. It would keep what the async locals of
        // whoever opened it hold, such as a request.
        if (!ExecutionContext.IsFlowSuppressed())
        {
            using (ExecutionContext.SuppressFlow())
            {
                return Open(path, busyTimeout, isWalKept);
            }
        }

        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
        }.ToString());
        var database = new Database(connection);
        try
        {
            connection.Open();
            if (isWalKept)
            {
                database.KeepLog();
            }

            _ = raw.sqlite3_busy_timeout(database.Handle, (int)busyTimeout.TotalMilliseconds);

            // FULL: a commit has reached the disk when it returns. It is a setting of each connection.
            database.Execute("PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON");
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Prepares a statement that ends with the connection.</summary>
    public Statement Prepare(string sql)
    {
        var statement = new Statement(Handle, sql);
        _statements.Add(statement);
        return statement;
    }

    /// <summary>Prepares a statement for a rare use. The caller disposes it.</summary>
    public Statement PrepareOnce(string sql) => new(Handle, sql);

    public void Execute(string sql) => SqliteException.ThrowExceptionForRC(raw.sqlite3_exec(Handle, sql), Handle);

    public long QueryInt64(string sql)
    {
        using Statement statement = PrepareOnce(sql);
        return statement.Step() ? statement.Int64(0) : 0;
    }

    public string? QueryText(string sql)
    {
        using Statement statement = PrepareOnce(sql);
        return statement.Step() ? statement.Text(0) : null;
    }

    /// <summary>Rolls back, unless SQLite has done so by itself.</summary>
    public void Rollback()
    {
        if (raw.sqlite3_get_autocommit(Handle) == 0)
        {
            _ = raw.sqlite3_exec(Handle, "ROLLBACK");
        }
    }

    /// <summary>Leaves the WAL, and what else stands under the file's name, as it is at the end.</summary>
    public void KeepLog() => _ = raw.sqlite3_db_config(Handle, ConfigNoCheckpointOnClose, 1, out _);

    public void Dispose()
    {
        foreach (Statement statement in _statements)
        {
            statement.Dispose();
        }

        _statements.Clear();
        _connection.Dispose();
    }
}
