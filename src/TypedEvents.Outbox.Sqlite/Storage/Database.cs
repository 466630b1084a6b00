using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>A connection to the file, with the settings that durability depends on.</summary>
internal sealed class Database : IDisposable
{
    private const int ConfigEnableForeignKey = 1002;
    private const int ConfigEnableTrigger = 1003;
    private const int ConfigNoCheckpointOnClose = 1006;

    private readonly SqliteConnection _connection;
    private readonly List<Statement> _statements = [];

    private Database(SqliteConnection connection) => _connection = connection;

    /// <summary>The prepared statements that live as long as the connection.</summary>
    public IReadOnlyList<Statement> Statements => _statements;

    /// <summary>The connection's handle, for the prepared statements.</summary>
    private sqlite3 Handle => _connection.Handle!;

    /// <param name="path">The file, which must exist.</param>
    /// <param name="busyTimeout">How long SQLite itself waits for locks of other connections.</param>
    /// <param name="isWalKept">Whether closing leaves the WAL unchanged: for checking a file that may be corrupt.</param>
    /// <exception cref="SqliteException">It can't be opened.</exception>
    public static Database Open(string path, TimeSpan busyTimeout, bool isWalKept = false)
    {
        // The first connection of a process starts a timer of Microsoft.Data.Sqlite that never ends. It would keep the caller's async locals,
        // such as a request, alive.
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

            // The schema has neither. Those that somebody put into the file must not act on what this process writes.
            database.Configure(ConfigEnableForeignKey, 0);
            database.Configure(ConfigEnableTrigger, 0);

            _ = raw.sqlite3_busy_timeout(database.Handle, (int)busyTimeout.TotalMilliseconds);

            // FULL: a commit has reached the disk when it returns. On macOS fsync leaves it in the disk's cache, and only F_FULLFSYNC writes it; elsewhere
            // the two settings of that have no effect. All of them apply to one connection.
            database.Execute("PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON");
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Prepares a statement that is disposed with the connection.</summary>
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

    /// <summary>Rolls back, unless SQLite has done so already.</summary>
    public void Rollback()
    {
        if (raw.sqlite3_get_autocommit(Handle) == 0)
        {
            _ = raw.sqlite3_exec(Handle, "ROLLBACK");
        }
    }

    /// <summary>Makes SQLite end what this connection is doing when a token is cancelled, until the result is disposed.</summary>
    public CancellationTokenRegistration InterruptWhen(CancellationToken token) =>
        token.UnsafeRegister(static database => raw.sqlite3_interrupt(((Database)database!).Handle), this);

    /// <summary>Makes closing leave the WAL, and any other file under the database's name, unchanged.</summary>
    public void KeepLog() => Configure(ConfigNoCheckpointOnClose, 1);

    private void Configure(int option, int value) =>
        SqliteException.ThrowExceptionForRC(raw.sqlite3_db_config(Handle, option, value, out _), Handle);

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
