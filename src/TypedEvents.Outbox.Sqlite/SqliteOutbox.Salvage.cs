namespace TypedEvents.Outbox.Sqlite;

/// <content>Salvage: recovering what can be read of a damaged file.</content>
public sealed partial class SqliteOutbox
{
    /// <summary>
    /// Copies everything that can be read from a damaged outbox, page by page, to a new one: events with their positions, dead letters with their
    /// reasons, users, and names on hold. The damaged file and its <c>-wal</c> are not changed.
    /// </summary>
    /// <remarks>
    /// To send the recovered events, open the new file with a tracker, like any outbox, and flush it. If their project couldn't be recovered
    /// (<see cref="SalvageResult.IsTargetKnown"/>), call <see cref="ForgetTarget"/> first. The new file's statistics count the recovered
    /// events as appended. Events keep their <c>random_id</c>, so EngageLab counts an event once even if it was sent before.
    /// </remarks>
    /// <param name="damagedPath">
    /// The damaged file, such as <see cref="CorruptDatabasePath"/>. Its <c>-wal</c> is read if it is in the same folder, also if the file itself is
    /// missing. No process may have the file open.
    /// </param>
    /// <param name="newPath">A file that doesn't exist yet, in a folder that does.</param>
    /// <param name="cancellationToken">Cancels the salvage and removes the new file.</param>
    /// <returns>How much was recovered, and how much wasn't.</returns>
    /// <exception cref="ArgumentException">One of the paths isn't a file path.</exception>
    /// <exception cref="FileNotFoundException">Neither <paramref name="damagedPath"/> nor its <c>-wal</c> exists.</exception>
    /// <exception cref="InvalidDataException"><paramref name="damagedPath"/> was written by a newer version, or contains nothing of an outbox.</exception>
    /// <exception cref="IOException">
    /// The new file exists, or can't be written; or a process has the damaged file open: the message names the file and the remedy.
    /// </exception>
    public static async Task<SalvageResult> SalvageAsync(string damagedPath, string newPath, CancellationToken cancellationToken = default)
    {
        OutboxFiles damaged = OutboxFiles.ToRead(damagedPath, nameof(damagedPath));
        OutboxFiles salvaged = OutboxFiles.At(newPath, nameof(newPath));
        return await Task.Run(() => Salvage(damaged, salvaged, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Without the header of an outbox its rows must show that the file is one. Users alone may be an index of another application's database.
    /// </summary>
    private static bool IsOutbox(DamagedFile file, SalvageReader found) =>
        file.ApplicationId == Schema.ApplicationId
        || found.Events.Count > 0
        || found.Outbox is not null
        || (file.ApplicationId is null && found.Users.Count + found.HeldNames.Count > 0);

    private static SalvageResult Salvage(OutboxFiles damaged, OutboxFiles salvaged, CancellationToken cancellationToken)
    {
        if (!File.Exists(damaged.Database) && !File.Exists(damaged.Wal))
        {
            throw new FileNotFoundException($"There is no file '{damaged.Database}' to salvage. Pass the path of the damaged file itself, such as 'events.db.corrupt-' followed by a date.", damaged.Database);
        }

        foreach (string file in salvaged.All.Where(File.Exists))
        {
            throw new IOException($"'{file}' exists already, and a salvage only writes to a new file. Choose another path, or remove that file.");
        }

        // Without a lock file beside it, the file was moved there: no process opens it under that name.
        using FileStream? alone = File.Exists(damaged.OpenLock) ? FileLock.TryTakeExclusive(damaged.OpenLock) : null;
        if (alone is null && File.Exists(damaged.OpenLock))
        {
            throw new IOException($"'{damaged.Database}' is open in this or another process. End all processes that use it, or salvage a copy of the file and its -wal.");
        }

        bool isDone = false;
        try
        {
            using var file = new DamagedFile(damaged.Database);
            if (file.ApplicationId == Schema.ApplicationId && file.SchemaVersion is { } version && version > Schema.Version)
            {
                throw new InvalidDataException(
                    $"'{damaged.Database}' has schema version {version}, and this version of TypedEvents.Outbox.Sqlite knows versions up to {Schema.Version}: it would take one column for another. Update the package, and salvage the file again.");
            }

            var found = new SalvageReader(file);
            found.Read(cancellationToken);
            if (!IsOutbox(file, found))
            {
                throw new InvalidDataException(
                    $"'{damaged.Database}' isn't an outbox, or nothing of one is left in it: no event and no counter was found. Pass the damaged file itself, such as 'events.db.corrupt-' followed by a date. No file was written.");
            }

            (FileStream openLock, Database writer, Database reader) = new OutboxOpener(salvaged, TimeProvider.System, cancellationToken).Open();
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
                    IsTargetKnown = found.IsTargetKnown,
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
