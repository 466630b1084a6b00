using Microsoft.Data.Sqlite;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>Looks at the beginning of a file before it is opened: whether it is an outbox, and of which version.</summary>
internal static class FileHeader
{
    /// <summary>
    /// Rejects a file that isn't an outbox, or was written by a newer version. It waits for no lock and doesn't read the log, which may contain a
    /// newer version's upgrade, or be long: what this doesn't see, the opening does.
    /// </summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    /// <exception cref="InvalidDataException">The file isn't an outbox, or its schema is newer.</exception>
    public static void ThrowIfUnusable(OutboxFiles files)
    {
        if (files.IsDatabaseMissing)
        {
            return;
        }

        try
        {
            using SqliteConnection connection = Open(files.Database);
            long applicationId = Query(connection, "PRAGMA application_id");
            if (applicationId != Schema.ApplicationId && !files.IsKnownAsOutbox)
            {
                throw files.Foreign(isDatabase: true);
            }

            long version = Query(connection, "PRAGMA user_version");
            if (applicationId == Schema.ApplicationId && version > Schema.Version)
            {
                throw files.Newer(version);
            }
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode == SQLitePCL.raw.SQLITE_NOTADB && !files.IsKnownAsOutbox)
        {
            throw files.Foreign(isDatabase: false);
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode == SQLitePCL.raw.SQLITE_CANTOPEN)
        {
            throw StoreErrors.Describe(files.Database, exception);
        }
        catch (SqliteException)
        {
            // Such as damage: the opening checks the whole file, and says what it found.
        }
    }

    /// <summary>
    /// Through SQLite, as "immutable": without locks, without the log, and without closing a file whose locks belong to another connection of this
    /// process, which would release them.
    /// </summary>
    private static SqliteConnection Open(string path)
    {
        // As in Database.Open: the first connection of a process starts a timer that would keep the caller's async locals alive.
        if (!ExecutionContext.IsFlowSuppressed())
        {
            using (ExecutionContext.SuppressFlow())
            {
                return Open(path);
            }
        }

        string escaped = string.Join('/', path.Replace('\\', '/').Split('/').Select(Uri.EscapeDataString));
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = $"file://{(escaped.StartsWith('/') ? "" : "/")}{escaped}?immutable=1",
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        }.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static long Query(SqliteConnection connection, string sql)
    {
        using var statement = new Statement(connection.Handle!, sql);
        return statement.Step() ? statement.Int64(0) : 0;
    }
}
