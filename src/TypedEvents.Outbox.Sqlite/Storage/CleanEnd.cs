using System.Globalization;
using System.Text;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>
/// A mark in the open lock that the last process to close the outbox leaves: it closed the file regularly, and which file it left. The next
/// process that has the file alone then needn't check it completely. The mark isn't valid for a file that was written, replaced or moved
/// since, or that a process had open that didn't close it regularly.
/// </summary>
internal static class CleanEnd
{
    private const string Prefix = "Closed in order: ";

    // Far longer than any mark.
    private const int MaxLength = 1024;

    /// <summary>Removes the mark, so that a crash leaves none.</summary>
    /// <param name="openLock">The open lock, taken exclusively.</param>
    /// <param name="files">The outbox.</param>
    /// <returns>Whether the database is unchanged since it was closed regularly.</returns>
    /// <exception cref="IOException">The mark can't be removed.</exception>
    public static bool Take(FileStream openLock, OutboxFiles files)
    {
        if (openLock.Length <= OutboxFiles.OpenLockText.Length || openLock.Length > MaxLength)
        {
            return false;
        }

        byte[] content = new byte[openLock.Length];
        openLock.Position = 0;
        openLock.ReadExactly(content);
        if (!content.AsSpan().StartsWith(OutboxFiles.OpenLockText))
        {
            return false;
        }

        string found = Encoding.UTF8.GetString(content.AsSpan(OutboxFiles.OpenLockText.Length));
        openLock.SetLength(OutboxFiles.OpenLockText.Length);
        openLock.Flush(flushToDisk: true);
        return !HasLog(files) && found == Describe(files);
    }

    /// <summary>Leaves the mark, if no other process has the outbox open. If that fails, the next process checks the file completely.</summary>
    public static void Leave(OutboxFiles files)
    {
        try
        {
            if (!File.Exists(files.OpenLock) || !File.Exists(files.Database))
            {
                return;
            }

            using FileStream? alone = FileLock.TryTakeExclusive(files.OpenLock);
            if (alone is null || alone.Length != OutboxFiles.OpenLockText.Length || HasLog(files))
            {
                return;
            }

            // File systems store the time of a write in steps of milliseconds: a later write within the same step must not look like this one, so
            // the time is set between two steps. It is the file's time, so it uses the system clock, whatever the outbox's clock.
            DateTime now = DateTime.UtcNow;
            File.SetLastWriteTimeUtc(files.Database, now);
            if (File.GetLastWriteTimeUtc(files.Database) == now && Describe(files) is { } mark)
            {
                alone.Position = alone.Length;
                alone.Write(Encoding.UTF8.GetBytes(mark));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }

    /// <summary>Whether SQLite's log contains data that isn't in the database.</summary>
    private static bool HasLog(OutboxFiles files) => File.Exists(files.Wal) && new FileInfo(files.Wal).Length > 0;

    private static string? Describe(OutboxFiles files)
    {
        var database = new FileInfo(files.Database);
        FileFacts? facts = FileFacts.Of(files.Database);
        return database.Exists
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{Prefix}{database.Length} bytes, {database.LastWriteTimeUtc:O}, file {facts?.Device ?? 0}:{facts?.Inode ?? 0}\n")
            : null;
    }
}
