using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>What SQLite's errors mean for somebody who runs an application.</summary>
internal static class StoreErrors
{
    public static bool IsBusy(SqliteException exception) => exception.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED;

    public static bool IsCorrupt(SqliteException exception) => exception.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;

    /// <summary>The error that names the file and the remedy.</summary>
    public static Exception Describe(string path, SqliteException exception) => exception.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => new IOException($"The outbox '{path}' can't grow: the disk is full. Free some space. {Detail(exception)}", exception),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => Busy(path, exception),
        raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH => new IOException(
            $"The outbox '{path}' can't be written. Make the file and its folder writable for the user that this process runs as. {Detail(exception)}",
            exception),
        raw.SQLITE_CANTOPEN => new IOException(
            $"The outbox '{path}' can't be opened. See that its folder exists and that this process may read and write there. {Detail(exception)}",
            exception),
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => new InvalidDataException(
            $"The outbox '{path}' is corrupt. End all processes that use it and start them again: the first one moves the file aside, reports it, and begins a new one. {Detail(exception)}",
            exception),
        raw.SQLITE_IOERR => new IOException(
            $"The outbox '{path}' can't be read or written. See whether the disk is full, and free some space; otherwise whether it is failing. {Detail(exception)}",
            exception),
        _ => new IOException($"The outbox '{path}' met an error of SQLite. {Detail(exception)}", exception),
    };

    public static IOException Busy(string path, Exception? exception) => new(
        $"The outbox '{path}' is locked: another process has been writing to it all the time. If it hangs, or a tool has the file open in a transaction, end that.",
        exception);

    public static IOException NotOpened(string path, Exception exception) => new(
        $"'{path}' can't be opened, and the outbox needs it. Make it and its folder writable for the user that this process runs as. ({exception.Message})",
        exception);

    private static string Detail(SqliteException exception) => $"({exception.Message})";
}
