using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>Translates SQLite's errors to exceptions that name the file, the cause and the remedy.</summary>
internal static class StoreErrors
{
    public static bool IsBusy(SqliteException exception) => exception.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED;

    public static bool IsCorrupt(SqliteException exception) => exception.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;

    /// <summary>
    /// Whether a described error may be caused by a damaged index or counter, which can be rebuilt. For example, a last position that is too
    /// low leads to positions that are already used.
    /// </summary>
    public static bool IsRepairable(Exception described) =>
        described.InnerException is SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT or raw.SQLITE_CONSTRAINT };

    /// <summary>
    /// Whether a described error of an opening remains until a person changes something: the file isn't an outbox or is of a newer version, or
    /// a right is missing. A file that is corrupt while another process has it open is opened again when that process has ended.
    /// </summary>
    public static bool IsPermanent(Exception described) => described switch
    {
        InvalidDataException => described.InnerException is not SqliteException,
        IOException => described.InnerException is UnauthorizedAccessException or SqliteException { SqliteErrorCode: raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH },
        _ => false,
    };

    /// <summary>The error that names the file and the remedy.</summary>
    public static Exception Describe(string path, SqliteException exception)
    {
        // Extended codes first: they distinguish a missing feature of the file system from a failing disk.
        switch (exception.SqliteExtendedErrorCode)
        {
            case raw.SQLITE_IOERR_LOCK or raw.SQLITE_IOERR_UNLOCK or raw.SQLITE_IOERR_RDLOCK or raw.SQLITE_IOERR_CHECKRESERVEDLOCK or raw.SQLITE_IOERR_SHMLOCK:
                return NoLocks(path, exception);
            case raw.SQLITE_IOERR_SHMMAP:
                return NoSharedMemory(path, exception);
        }

        if (exception.SqliteErrorCode is raw.SQLITE_CANTOPEN or raw.SQLITE_IOERR && Descriptors.AreExhausted())
        {
            return NoDescriptors(path, exception);
        }

        return exception.SqliteErrorCode switch
        {
            raw.SQLITE_FULL => new IOException($"The outbox '{path}' can't grow: the disk is full. Free some space. {Detail(exception)}", exception),
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => Busy(path, exception),
            raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH => new IOException(
                $"The outbox '{path}' can't be written. Make the file and its folder writable for the user that this process runs as. {Detail(exception)}",
                exception),
            raw.SQLITE_CANTOPEN => new IOException(
                $"The outbox '{path}' can't be opened. Check that its folder exists and that this process may read and write there. {Detail(exception)}",
                exception),
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => new InvalidDataException(
                $"The outbox '{path}' is corrupt. End all processes that use it and start them again: the first one moves the file aside, reports it, and creates a new one. SqliteOutbox.SalvageAsync reads what can be read of it. {Detail(exception)}",
                exception),
            raw.SQLITE_IOERR => new IOException(
                $"The outbox '{path}' can't be read or written. If the disk is full, free some space; otherwise check whether it is failing. {Detail(exception)}",
                exception),
            _ => new IOException($"The outbox '{path}' failed with a SQLite error. {Detail(exception)}", exception),
        };
    }

    public static IOException Busy(string path, Exception? exception) => new(
        $"The outbox '{path}' is locked: another process keeps writing to it. End that process if it hangs, or the tool that has a transaction open.",
        exception);

    public static IOException NotOpened(string path, Exception exception) => Descriptors.AreNamedBy(exception)
        ? NoDescriptors(path, exception)
        : new(
            $"'{path}' can't be opened, and the outbox needs it. Make it and its folder writable for the user that this process runs as. ({exception.Message})",
            exception);

    public static IOException NoDescriptors(string path, Exception? exception) => new(
        $"'{path}' can't be opened: no file descriptors are left. Raise the limit (ulimit -n, or LimitNOFILE= of a systemd service), or find out what in this process opens files or sockets and doesn't close them.{(exception is null ? "" : $" ({exception.Message})")}",
        exception);

    public static IOException NoLocks(string path, Exception exception) => new(
        $"The file system of the outbox '{path}' doesn't support file locks, which SQLite needs; this is common with network and container mounts (NFS, SMB, Azure Files, FUSE). Put the file on a local disk. ({exception.Message})",
        exception);

    public static IOException NoSharedMemory(string path, Exception exception) => new(
        $"The file system of the outbox '{path}' doesn't support memory shared between processes, which SQLite's write-ahead log needs; this is common with network and container mounts (9p, virtiofs, SMB). Put the file on a local disk. ({exception.Message})",
        exception);

    private static string Detail(SqliteException exception) => $"({exception.Message})";
}
