using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>
/// Opens the file, or throws an exception that says why it can't be opened. Moves a corrupt file away if no other process has it open.
/// </summary>
internal sealed class OutboxOpener(OutboxFiles files, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(10);

    // One at a time in this process. Reading the header opens and closes the file, and closing a file releases this process's POSIX locks
    // on it, including SQLite's: that must not happen while a connection is open.
    private static readonly object Opening = new();

    /// <summary>Where a corrupt database was moved, or <see langword="null"/>.</summary>
    public string? CorruptDatabasePath { get; private set; }

    /// <summary>The damage in the write-ahead log, or <see langword="null"/>.</summary>
    public WalInspection? LogDamage { get; private set; }

    /// <summary>Where the database and its damaged log were copied, or <see langword="null"/>.</summary>
    public string? DamagedCopyPath { get; private set; }

    /// <summary>The files that other users could read or write before.</summary>
    public IReadOnlyList<string> TakenFromOthers { get; private set; } = [];

    /// <summary>What was damaged and was rebuilt from the events; <see langword="null"/> if nothing was.</summary>
    public string? Repaired { get; private set; }

    /// <summary>Whether file locks have no effect, so no process can know which one sends and which ones have the file open.</summary>
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

    /// <summary>Opens the file that has the path now, for a process that had the outbox open already. It creates and moves nothing.</summary>
    /// <exception cref="IOException">The file can't be used.</exception>
    /// <exception cref="InvalidDataException">The file isn't an outbox, or is one that can't be used.</exception>
    /// <param name="isMeant">Whether this is the database to continue with. It is called before anything in the database changes.</param>
    /// <returns>The connections; <see langword="null"/> if it isn't the right database.</returns>
    public (FileStream OpenLock, Database Writer, Database Reader)? OpenAgain(Func<Database, bool> isMeant)
    {
        lock (Opening)
        {
            if (!File.Exists(files.Database) || new FileInfo(files.Database).Length == 0)
            {
                throw new InvalidDataException($"There is no database in '{files.Database}' now.");
            }

            // Through SQLite: reading the header would open and close a file that another outbox of this process may have open.
            using (Database database = OpenDatabase())
            {
                if (database.QueryInt64("PRAGMA application_id") != Schema.ApplicationId)
                {
                    throw new InvalidDataException($"'{files.Database}' is a database of another application now.");
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

        // Locks can be switched off (DOTNET_SYSTEM_IO_DISABLEFILELOCKING), and some file systems have none: then every attempt succeeds.
        using (FileStream? second = FileLock.TryTakeExclusive(files.OpenLock))
        {
            AreLocksOff = second is not null;
        }

        CheckLocks();

        // An outbox is never empty after it was created.
        bool isOurs = alone.Length > 0;
        if (!AreLocksOff && isOurs && CleanEnd.Take(alone, files) && TryGoOn())
        {
            return;
        }

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
            // The lock file identifies the database as an outbox, even if its header is destroyed later.
            alone.Write(OutboxFiles.OpenLockText);
        }
    }

    /// <summary>Opens a file that was closed regularly: it isn't checked completely, unless opening it encounters damage.</summary>
    /// <returns>Whether no damage was found.</returns>
    private bool TryGoOn()
    {
        try
        {
            using (Database database = OpenDatabase())
            {
                ThrowIfNewer(database);
                if (Schema.VersionOf(database) < Schema.Version || database.QueryInt64("SELECT is_doubtful FROM outbox") != 0)
                {
                    return false;
                }
            }

            PutInOrder();
            return true;
        }
        catch (SqliteException exception) when (StoreErrors.IsCorrupt(exception))
        {
            return false;
        }
    }

    /// <summary>Copies a damaged log before SQLite overwrites the part that it doesn't read.</summary>
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
        // Without locks it can't be known whether another connection of this process has the database open, so it isn't opened and closed.
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

    /// <summary>Checks the whole database. An index that doesn't match its table is rebuilt.</summary>
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

    /// <summary>Does what requires exclusive use of the file. If it can't be written now, such as on a full disk, the next opening does it.</summary>
    private void PutInOrder()
    {
        using Database database = OpenDatabase();
        Prepare(database);
        try
        {
            if (StoreRepair.Run(database))
            {
                Repaired ??= "The counters didn't match the events.";
            }

            StoreRepair.AllowRebinding(database, Rebinding.IfEmpty);
            StoreRepair.ForgetDoubts(database);
        }
        catch (SqliteException exception) when (!StoreErrors.IsCorrupt(exception))
        {
        }
    }

    /// <exception cref="IOException">A process has the file open.</exception>
    public void ForgetTarget()
    {
        lock (Opening)
        {
            files.ThrowIfForeign();
            using FileStream alone = FileLock.TryTakeExclusive(files.OpenLock) ?? throw new IOException(
                $"The outbox '{files.Database}' is open. End all processes that use it first: a running one would continue to send its events to the old target.");
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

        // Starting the WAL needs exclusive use of the file for a moment, and SQLite doesn't always wait for it.
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
                $"The outbox '{files.Database}' has schema version {Schema.VersionOf(database)}, and this version of TypedEvents.Outbox.Sqlite knows versions up to {Schema.Version}. Update the package, or choose another path. The file was not changed.");
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
                    $"The outbox '{files.Database}' has been checked by another process for more than {Patience.TotalSeconds} s; that process holds '{files.OpenLock}' exclusively. End it if it hangs.");
            }

            Thread.Sleep(RetryInterval);
        }
    }

    private InvalidDataException CorruptAndInUse(SqliteException exception) => new(
        AreLocksOff
            ? $"The outbox '{files.Database}' is corrupt, and file locks are off (DOTNET_SYSTEM_IO_DISABLEFILELOCKING is set, or the file system has none), so it can't be known which processes have it open. End all processes that use it, and start one with file locks. ({exception.Message})"
            : $"The outbox '{files.Database}' is corrupt, and another process has it open. End all processes that use it and start them again: the first one moves the file aside, reports it, and creates a new one. ({exception.Message})",
        exception);
}
