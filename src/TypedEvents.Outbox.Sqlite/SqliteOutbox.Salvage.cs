namespace TypedEvents.Outbox.Sqlite;

/// <content>What can be read of a damaged file.</content>
public sealed partial class SqliteOutbox
{
    /// <summary>
    /// Reads what can be read of a damaged outbox, page by page, into a new one: events with their positions, dead letters with their
    /// reasons, users, and held names. The damaged file and its <c>-wal</c> are only read.
    /// </summary>
    /// <remarks>
    /// To send what was read, open the new file with a tracker, as any outbox, and flush it. The statistics of the new file counts what was
    /// read as appended. The same events keep their <c>random_id</c>, so EngageLab counts one that was sent before once.
    /// </remarks>
    /// <param name="damagedPath">
    /// The damaged file, such as <see cref="CorruptDatabasePath"/>. Its <c>-wal</c> is read if it lies beside it. No process may have it open.
    /// </param>
    /// <param name="newPath">A file that doesn't exist yet, in a folder that does.</param>
    /// <param name="cancellationToken">Ends the attempt: the new file is removed.</param>
    /// <returns>What was read, and what wasn't.</returns>
    /// <exception cref="ArgumentException">A path is not that of a file.</exception>
    /// <exception cref="FileNotFoundException">There is no damaged file.</exception>
    /// <exception cref="IOException">
    /// The new file exists, or can't be written; or a process has the damaged file open: the message names the file and the remedy.
    /// </exception>
    public static async Task<SalvageResult> SalvageAsync(string damagedPath, string newPath, CancellationToken cancellationToken = default)
    {
        OutboxFiles damaged = OutboxFiles.At(damagedPath, nameof(damagedPath));
        OutboxFiles salvaged = OutboxFiles.At(newPath, nameof(newPath));
        return await Task.Run(() => Salvage(damaged, salvaged, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private static SalvageResult Salvage(OutboxFiles damaged, OutboxFiles salvaged, CancellationToken cancellationToken)
    {
        if (!File.Exists(damaged.Database))
        {
            throw new FileNotFoundException($"There is no file '{damaged.Database}' to salvage. Give the damaged file itself, such as 'events.db.corrupt-' and a date.", damaged.Database);
        }

        foreach (string file in salvaged.All.Where(File.Exists))
        {
            throw new IOException($"'{file}' exists, and a salvage writes a new outbox only. Choose another path, or remove that file.");
        }

        // Where no lock lies beside it, it was moved there: nobody opens it under that name.
        using FileStream? alone = File.Exists(damaged.OpenLock) ? FileLock.TryTakeExclusive(damaged.OpenLock) : null;
        if (alone is null && File.Exists(damaged.OpenLock))
        {
            throw new IOException($"'{damaged.Database}' is open in a process, this one or another one. End all that use it, or salvage a copy of the file and its -wal.");
        }

        bool isDone = false;
        try
        {
            using var file = new DamagedFile(damaged.Database);
            var found = new SalvageReader(file);
            found.Read(cancellationToken);
            (FileStream openLock, Database writer, Database reader) = new OutboxOpener(salvaged, TimeProvider.System).Open();
            using (openLock)
            using (writer)
            using (reader)
            {
                (long pending, long deadLetters) = SalvageWriter.Write(writer, found);
                isDone = true;
                return new SalvageResult
                {
                    FilePath = salvaged.Database,
                    PendingEvents = pending,
                    DeadLetters = deadLetters,
                    Users = found.Users.Count,
                    HeldNames = found.HeldNames.Count,
                    MissingEvents = found.Outbox is { } outbox
                        ? Math.Max(0, (long)outbox.Values[5]! + (long)outbox.Values[7]! - pending - deadLetters)
                        : null,
                    DamagedRows = found.DamagedRows,
                    DamagedPages = found.DamagedPages,
                    LogFramesBehindDamage = file.LogFramesBehindDamage,
                    MayContainSettledEvents = !file.IsFreeListRead || file.LogFramesBehindDamage > 0,
                };
            }
        }
        catch (UnauthorizedAccessException exception)
        {
            throw StoreErrors.NotOpened(damaged.Database, exception);
        }
        catch (Microsoft.Data.Sqlite.SqliteException exception)
        {
            throw StoreErrors.Describe(salvaged.Database, exception);
        }
        finally
        {
            if (!isDone)
            {
                foreach (string remains in salvaged.All)
                {
                    File.Delete(remains);
                }
            }
        }
    }
}
