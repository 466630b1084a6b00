using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>Opens the file, or says why not; moves a corrupt one aside if no other process has it open.</summary>
internal sealed class OutboxOpener(OutboxFiles files, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(10);

    // One at a time in this process. To look at the header opens and closes the file, and to close a file takes this process's POSIX
    // locks on it away, SQLite's too: that must not happen beside an open connection.
    private static readonly object Opening = new();

    /// <summary>Where a corrupt database was moved, or <see langword="null"/>.</summary>
    public string? CorruptDatabasePath { get; private set; }

    /// <summary>What is wrong with the write-ahead log, or <see langword="null"/>.</summary>
    public WalInspection? LogDamage { get; private set; }

    /// <summary>Where the database and its damaged log were copied, or <see langword="null"/>.</summary>
    public string? DamagedCopyPath { get; private set; }

    /// <summary>The files that others could read before.</summary>
    public IReadOnlyList<string> TakenFromOthers { get; private set; } = [];

    /// <summary>What was damaged and was made anew from the events; <see langword="null"/>: nothing was.</summary>
    public string? Repaired { get; private set; }

    /// <summary>Whether locks don't lock here, so that nobody can know who sends and who has the file open.</summary>
    public bool AreLocksOff { get; private set; }

    /// <exception cref="IOException">The file can't be used.</exception>
    /// <exception cref="InvalidDataException">The file isn't an outbox, or is one that can't be used.</exception>
    public (FileStream OpenLock, Database Writer, Database Reader) Open()
    {
        lock (Opening)
        {
            try
            {
                files.ThrowIfForeign();
                TakenFromOthers = files.TakeFromOthers();
                VerifyIfAlone();
                return OpenShared();
            }
            catch (SqliteException exception)
            {
                throw StoreErrors.IsCorrupt(exception) ? CorruptAndInUse(exception) : StoreErrors.Describe(files.Database, exception);
            }
            catch (IOException exception) when (Descriptors.AreNamedBy(exception))
            {
                throw StoreErrors.NoDescriptors(files.Database, exception);
            }
            catch (UnauthorizedAccessException exception)
            {
                throw StoreErrors.NotOpened(files.Database, exception);
            }
        }
    }

    /// <summary>Opens what has the name now, for a process that had it open already. Nothing is created or moved.</summary>
    /// <exception cref="IOException">The file can't be used.</exception>
    /// <exception cref="InvalidDataException">The file isn't an outbox, or is one that can't be used.</exception>
    /// <param name="isMeant">Whether it is the one to go on with: it is looked at before anything in it changes.</param>
    /// <returns>The connections; <see langword="null"/> where it isn't.</returns>
    public (FileStream OpenLock, Database Writer, Database Reader)? OpenAgain(Func<Database, bool> isMeant)
    {
        lock (Opening)
        {
            if (!File.Exists(files.Database) || new FileInfo(files.Database).Length == 0)
            {
                throw new InvalidDataException($"There is no database in '{files.Database}' now.");
            }

            // By SQLite: to read the header would open and close a file that another outbox of this process may have open already.
            using (Database database = OpenDatabase())
            {
                if (database.QueryInt64("PRAGMA application_id") != Schema.ApplicationId)
                {
                    throw new InvalidDataException($"'{files.Database}' is a database of something else now.");
                }

                ThrowIfNewer(database);
                if (!isMeant(database))
                {
                    return null;
                }
            }

            _ = files.TakeFromOthers();
            return OpenShared();
        }
    }

    private (FileStream OpenLock, Database Writer, Database Reader) OpenShared()
    {
        FileStream openLock = TakeShared();
        Database? writer = null;
        try
        {
            files.CreateIfMissing();
            writer = OpenDatabase();
            Prepare(writer);
            return (openLock, writer, OpenDatabase());
        }
        catch
        {
            writer?.Dispose();
            openLock.Dispose();
            throw;
        }
    }

    private void VerifyIfAlone()
    {
        using FileStream? alone = FileLock.TryTakeExclusive(files.OpenLock);
        if (alone is null)
        {
            return;
        }

        // Locks can be switched off (DOTNET_SYSTEM_IO_DISABLEFILELOCKING), and some file systems have none: then everybody gets it.
        using (FileStream? second = FileLock.TryTakeExclusive(files.OpenLock))
        {
            AreLocksOff = second is not null;
        }

        CheckLocks();

        // One of ours was never empty since it was made.
        bool isOurs = alone.Length > 0;
        if (!AreLocksOff && isOurs)
        {
            KeepDamagedLog();
        }

        if (!AreLocksOff && File.Exists(files.Database) && (new FileInfo(files.Database).Length == 0 ? isOurs : !IsSound()))
        {
            CorruptDatabasePath = files.MoveAside(clock.GetUtcNow());
        }

        if (!AreLocksOff || !isOurs)
        {
            files.CreateIfMissing();
            CheckLocks();
            PutInOrder();
        }

        if (!isOurs)
        {
            // From now on the database is one of ours, whatever becomes of its header.
            alone.Write(OutboxFiles.OpenLockText);
        }
    }

    /// <summary>Before SQLite writes over what it doesn't read.</summary>
    private void KeepDamagedLog()
    {
        if (!File.Exists(files.Wal) || !File.Exists(files.Database))
        {
            return;
        }

        using (var wal = new FileStream(files.Wal, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1 << 16))
        {
            LogDamage = WalInspection.Of(wal, files.ReadPageSize());
        }

        if (LogDamage is not { IsDamaged: true })
        {
            LogDamage = null;
            return;
        }

        DamagedCopyPath = files.CopyAside("damaged", clock.GetUtcNow());
    }

    private void CheckLocks()
    {
        // Who else has the database open can't be known without locks, so it isn't opened and closed again beside a connection.
        string file = AreLocksOff ? files.OpenLock : files.Database;
        if (File.Exists(file))
        {
            LockProbe.Check(file, files.Database);
        }
    }

    /// <exception cref="InvalidDataException">The schema is newer.</exception>
    private bool IsSound()
    {
        try
        {
            using Database database = Database.Open(files.Database, BusyTimeout, isWalKept: true);
            ThrowIfNewer(database);
            return IsIntact(database) && (Schema.VersionOf(database) == 0 || HasCounters(database));
        }
        catch (SqliteException exception) when (StoreErrors.IsCorrupt(exception))
        {
            return false;
        }
    }

    /// <summary>Looks at everything; an index that doesn't fit its table is made anew from it.</summary>
    private bool IsIntact(Database database)
    {
        string? flaw = database.QueryText("PRAGMA integrity_check(1)");
        if (flaw == "ok")
        {
            return true;
        }

        // This doesn't compare indexes with their tables.
        if (database.QueryText("PRAGMA quick_check(1)") != "ok")
        {
            return false;
        }

        database.Execute("REINDEX");
        Repaired = flaw;
        return database.QueryText("PRAGMA integrity_check(1)") == "ok";
    }

    /// <summary>What only somebody may do who has the file alone. What can't be written now, such as on a full disk, is done the next time.</summary>
    private void PutInOrder()
    {
        using Database database = OpenDatabase();
        Prepare(database);
        try
        {
            if (StoreRepair.Run(database))
            {
                Repaired ??= "The counters didn't fit the events.";
            }

            StoreRepair.AllowRebinding(database, Rebinding.IfEmpty);
        }
        catch (SqliteException exception) when (!StoreErrors.IsCorrupt(exception))
        {
        }
    }

    /// <exception cref="IOException">Somebody has the file open.</exception>
    public void ForgetTarget()
    {
        lock (Opening)
        {
            files.ThrowIfForeign();
            using FileStream alone = FileLock.TryTakeExclusive(files.OpenLock) ?? throw new IOException(
                $"The outbox '{files.Database}' is open. End all processes that use it first: one that runs would go on sending its events as before.");
            using Database database = OpenDatabase();
            Prepare(database);
            StoreRepair.AllowRebinding(database, Rebinding.Always);
        }
    }

    private static bool HasCounters(Database database)
    {
        try
        {
            return database.QueryInt64("SELECT count(*) FROM outbox") == 1;
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode == SQLitePCL.raw.SQLITE_ERROR)
        {
            return false;
        }
    }

    private Database OpenDatabase() => Database.Open(files.Database, BusyTimeout);

    private void Prepare(Database database)
    {
        ThrowIfNewer(database);

        // To begin the WAL needs the file alone for a moment, and SQLite doesn't always wait for that by itself.
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                Schema.Create(database);
                return;
            }
            catch (SqliteException exception) when (StoreErrors.IsBusy(exception) && waited.Elapsed < BusyTimeout)
            {
                Thread.Sleep(RetryInterval);
            }
        }
    }

    private void ThrowIfNewer(Database database)
    {
        if (Schema.IsNewer(database))
        {
            throw new InvalidDataException(
                $"The outbox '{files.Database}' has schema version {Schema.VersionOf(database)}, and this version of TypedEvents.Outbox.Sqlite knows versions up to {Schema.Version}. Update the package, or choose another path; the file is left as it is.");
        }
    }

    private FileStream TakeShared()
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            if (FileLock.TryTakeShared(files.OpenLock) is { } shared)
            {
                return shared;
            }

            if (waited.Elapsed > Patience)
            {
                throw new IOException(
                    $"The outbox '{files.Database}' is being checked by another process for more than {Patience.TotalSeconds} s, which has '{files.OpenLock}' to itself. End that process if it hangs.");
            }

            Thread.Sleep(RetryInterval);
        }
    }

    private InvalidDataException CorruptAndInUse(SqliteException exception) => new(
        AreLocksOff
            ? $"The outbox '{files.Database}' is corrupt, and file locks are off here (DOTNET_SYSTEM_IO_DISABLEFILELOCKING, or the file system), so it can't be known which processes have it open. End all processes that use it, and start one with file locks. ({exception.Message})"
            : $"The outbox '{files.Database}' is corrupt, and another process has it open. End all processes that use it and start them again: the first one moves the file aside, reports it, and creates a new one. ({exception.Message})",
        exception);
}
