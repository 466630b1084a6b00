namespace TypedEvents.Outbox.Sqlite;

/// <summary>
/// Tries the kind of lock that SQLite uses. SQLite mistakes some errors of a file system (ENOLCK, EACCES) for a lock of another process,
/// and would wait for it.
/// </summary>
internal static class LockProbe
{
    // Beyond the 510 bytes from 1 GiB on that SQLite locks, and beyond the size of any outbox.
    private const long Offset = 1L << 40;

    /// <param name="file">The file to lock. This process must not have it open elsewhere, because closing it releases all of its locks.</param>
    /// <param name="database">The outbox's path, for the message.</param>
    /// <exception cref="IOException">The file system has no such locks.</exception>
    public static void Check(string file, string database)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        try
        {
            stream.Lock(Offset, 1);
            stream.Unlock(Offset, 1);
        }
        catch (IOException exception) when (FileLock.IsHeld(exception))
        {
            // Another process is running the same probe, so locks work.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw StoreErrors.NoLocks(database, exception);
        }
    }
}
