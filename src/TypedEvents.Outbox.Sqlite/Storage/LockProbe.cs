namespace TypedEvents.Outbox.Sqlite;

/// <summary>
/// Tries the kind of lock that SQLite uses. SQLite takes several of a file system's rejections (ENOLCK, EACCES) for a lock that another
/// process has, and would wait for it.
/// </summary>
internal static class LockProbe
{
    // Beyond the bytes that SQLite locks (from 1 GiB on, 510 of them), and beyond any outbox.
    private const long Offset = 1L << 40;

    /// <param name="file">The file to try it on. This process must not have it open elsewhere: to close it takes all locks away.</param>
    /// <param name="database">The outbox that it is for.</param>
    /// <exception cref="IOException">There are no such locks.</exception>
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
            // By another process that is trying just now: it works.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw StoreErrors.NoLocks(database, exception);
        }
    }
}
