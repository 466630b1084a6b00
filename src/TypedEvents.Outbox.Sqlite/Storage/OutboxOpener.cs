using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>
/// Opens the file, or throws an exception that says why it can't be opened. Moves a corrupt file away if no other process has it open.
/// </summary>
internal sealed partial class OutboxOpener(OutboxFiles files, TimeProvider clock, CancellationToken cancellationToken = default)
{
    private static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(10);

    // One at a time in this process. Reading the header opens and closes the file, and closing a file releases this process's POSIX locks
    // on it, including SQLite's: that must not happen while a connection is open.
    private static readonly SemaphoreSlim Opening = new(1, 1);

    /// <summary>How long another process is waited for.</summary>
    public TimeSpan Patience { get; init; } = SqliteOutboxOptions.DefaultOpeningPatience;

    /// <summary>Where a corrupt database was moved, or <see langword="null"/>.</summary>
    public string? CorruptDatabasePath { get; private set; }

    /// <summary>The identities of the files that were opened last.</summary>
    public FileIdentity? Identity { get; private set; }

    /// <summary>Whether the database was missing, and was restored from the copy of a process that ended while it restored it.</summary>
    public bool IsRestored { get; private set; }

    /// <summary>Where other such copies were moved.</summary>
    public IReadOnlyList<string> LeftCopies { get; private set; } = [];

    /// <summary>Whether only the log of a missing database was moved there.</summary>
    public bool IsLogWithoutDatabase { get; private set; }

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

    /// <summary>Opens the file. It blocks the thread while it waits for another process, and while it recovers or checks the file.</summary>
    /// <exception cref="IOException">The file can't be used.</exception>
    /// <exception cref="InvalidDataException">The file isn't an outbox, or is one that can't be used.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public (FileStream OpenLock, Database Writer, Database Reader) Open()
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            if (TryOpen() is { } opened)
            {
                return opened;
            }

            if (waited.Elapsed > Patience)
            {
                throw new IOException(
                    $"The database '{files.Database}' is missing or empty, and another process that has the outbox open hasn't restored it for {Patience.TotalSeconds} s. A new database would destroy the events of that process. Look for the reason in its log, or end it; then start this one again.");
            }

            // Not while holding the lock: another outbox of this process may be the one that restores the database.
            Pause();
        }
    }

    /// <returns><see langword="null"/> if the database is missing and another process, which can restore it, has the outbox open.</returns>
    private (FileStream OpenLock, Database Writer, Database Reader)? TryOpen()
    {
        Opening.Wait(cancellationToken);
        try
        {
            files.ThrowIfForeign();
            TakenFromOthers = [.. TakenFromOthers, .. files.TakeFromOthers()];
            if (!TryVerifyAlone() && files.IsDatabaseMissing)
            {
                return null;
            }

            return OpenShared();
        }
        catch (SqliteException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
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
        finally
        {
            Opening.Release();
        }
    }

    /// <summary>Opens the file that has the path now, for a process that had the outbox open already. It creates and moves nothing.</summary>
    /// <exception cref="IOException">The file can't be used.</exception>
    /// <exception cref="InvalidDataException">The file isn't an outbox, or is one that can't be used.</exception>
    /// <param name="isMeant">Whether this is the database to continue with. It is called before anything in the database changes.</param>
    /// <returns>The connections; <see langword="null"/> if it isn't the right database.</returns>
    public (FileStream OpenLock, Database Writer, Database Reader)? OpenAgain(Func<Database, bool> isMeant)
    {
        Opening.Wait();
        try
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

            TakenFromOthers = files.TakeFromOthers();
            return OpenShared();
        }
        finally
        {
            Opening.Release();
        }
    }

    private (FileStream OpenLock, Database Writer, Database Reader) OpenShared()
    {
        FileStream openLock = TakeShared();
        Database? writer = null;
        Database? reader = null;
        try
        {
            FileFacts? before = FileFacts.Of(files.Database);
            writer = OpenDatabase();
            Prepare(writer);
            reader = OpenDatabase();

            // SQLite opens the log with the first read.
            _ = Schema.VersionOf(reader);
            Identity = FileIdentity.Of(files);
            if (before is { } facts && !Identity.IsDatabase(facts))
            {
                throw new IOException($"The database '{files.Database}' was deleted or replaced while it was being opened. Open it again.");
            }

            return (openLock, writer, reader);
        }
        catch
        {
            reader?.Dispose();
            writer?.Dispose();
            openLock.Dispose();
            throw;
        }
    }

    /// <summary>If no other process has the outbox open: checks the files, repairs them, and creates those that are missing.</summary>
    /// <returns>Whether no other process had it open, as far as locks tell.</returns>
    private bool TryVerifyAlone()
    {
        using FileStream? alone = FileLock.TryTakeExclusive(files.OpenLock);
        if (alone is null)
        {
            return false;
        }

        // Locks can be switched off (DOTNET_SYSTEM_IO_DISABLEFILELOCKING), and some file systems have none: then every attempt succeeds.
        using (FileStream? second = FileLock.TryTakeExclusive(files.OpenLock))
        {
            AreLocksOff = second is not null;
        }

        CheckLocks();

        if (!AreLocksOff)
        {
            UseCopies();
        }

        // An outbox is never empty after it was created.
        bool isOurs = alone.Length > 0;
        if (!AreLocksOff && isOurs && CleanEnd.Take(alone, files) && TryGoOn())
        {
            return true;
        }

        if (files.IsDatabaseMissing && files.HasLog)
        {
            KeepLogWithoutDatabase();
        }
        else if (!AreLocksOff)
        {
            KeepDamagedLog();
            if (File.Exists(files.Database) && (files.IsDatabaseMissing ? isOurs : !IsSound()))
            {
                CorruptDatabasePath = files.MoveAside(clock.GetUtcNow());
            }
        }

        files.CreateIfMissing();
        if (!AreLocksOff || !isOurs)
        {
            CheckLocks();
            PutInOrder();
        }

        if (!isOurs)
        {
            // The lock file identifies the database as an outbox, even if its header is destroyed later.
            alone.Write(OutboxFiles.OpenLockText);
        }

        return true;
    }

    /// <summary>
    /// Finds the copies of processes that ended while they restored a missing database. After the log was deleted, such a copy is all that is
    /// left.
    /// </summary>
    private void UseCopies()
    {
        foreach (string copy in files.FindCopies())
        {
            if (files.IsDatabaseMissing && IsComplete(copy))
            {
                if (files.HasLog)
                {
                    KeepLogWithoutDatabase();
                }

                File.Delete(files.Database);
                File.Move(copy, files.Database);
                IsRestored = true;
            }
            else
            {
                string saved = files.NameAside("saved", clock.GetUtcNow());
                File.Move(copy, saved);
                LeftCopies = [.. LeftCopies, saved];
            }
        }
    }

    private bool IsComplete(string copy)
    {
        try
        {
            using Database database = Database.Open(copy, BusyTimeout);
            using CancellationTokenRegistration interrupting = database.InterruptWhen(cancellationToken);
            return database.QueryInt64("PRAGMA application_id") == Schema.ApplicationId
                && Schema.VersionOf(database) > 0
                && database.QueryText("PRAGMA integrity_check(1)") == "ok";
        }
        catch (SqliteException exception) when (StoreErrors.IsCorrupt(exception))
        {
            return false;
        }
    }

    /// <summary>Moves away a log whose database is missing: SQLite would delete it when the database is created again.</summary>
    /// <exception cref="IOException">It isn't known whether a process has it open.</exception>
    private void KeepLogWithoutDatabase()
    {
        if (AreLocksOff)
        {
            throw new IOException(
                $"The database '{files.Database}' is missing or empty, but its log '{files.Wal}' is there, and may contain events. File locks are off (DOTNET_SYSTEM_IO_DISABLEFILELOCKING is set, or the file system has none), so it can't be known whether a process uses it. Start a process with file locks first, which moves the log away, or move it away yourself, and salvage it (SqliteOutbox.SalvageAsync).");
        }

        CorruptDatabasePath = files.MoveAside(clock.GetUtcNow());
        IsLogWithoutDatabase = true;
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
        LogDamage = FindLogDamage();
        if (LogDamage is not null)
        {
            DamagedCopyPath = files.CopyAside("damaged", clock.GetUtcNow());
        }
    }

    private WalInspection? FindLogDamage()
    {
        if (!File.Exists(files.Wal) || !File.Exists(files.Database))
        {
            return null;
        }

        using var wal = new FileStream(files.Wal, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1 << 16);
        return WalInspection.Of(wal, files.ReadPageSize()) is { IsDamaged: true } damage ? damage : null;
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
            using CancellationTokenRegistration interrupting = database.InterruptWhen(cancellationToken);
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
        if (!HasRowFaultsOnly(database, "quick_check"))
        {
            return false;
        }

        if (HasRowFaultsOnly(database, "integrity_check"))
        {
            return true;
        }

        database.Execute("REINDEX");
        Repaired = flaw;
        return HasRowFaultsOnly(database, "integrity_check");
    }

    /// <summary>
    /// A value of the wrong type or a missing one is the fault of its row, and the structure around it is sound: such an event is dead-lettered
    /// when it is read, such a user is registered again.
    /// </summary>
    private static bool HasRowFaultsOnly(Database database, string check)
    {
        using Statement flaws = database.PrepareOnce($"PRAGMA {check}");
        while (flaws.Step())
        {
            string flaw = flaws.Text(0)!;
            if (flaw != "ok" && !RowFault().IsMatch(flaw))
            {
                return false;
            }
        }

        return true;
    }

    [GeneratedRegex(@"^(non-(BLOB|TEXT|INT) value|(BLOB|TEXT|INT|NUMERIC|REAL) value|NULL value) in (events|users)\.", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex RowFault();

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
            StoreGeneration.BeginAfterEvents(database);
            StoreRepair.ForgetDoubts(database);
        }
        catch (SqliteException exception) when (!StoreErrors.IsCorrupt(exception))
        {
        }
    }

    /// <exception cref="IOException">A process has the file open, or it can't be known.</exception>
    /// <exception cref="InvalidDataException">The file isn't an outbox, or its log is damaged.</exception>
    public void ForgetTarget()
    {
        Opening.Wait();
        try
        {
            files.ThrowIfForeign();
            using FileStream alone = FileLock.TryTakeExclusive(files.OpenLock) ?? throw new IOException(
                $"The outbox '{files.Database}' is open. End all processes that use it first: a running one would continue to send its events to the old target.");
            using (FileStream? second = FileLock.TryTakeExclusive(files.OpenLock))
            {
                if (second is not null)
                {
                    throw new IOException(
                        $"File locks are off (DOTNET_SYSTEM_IO_DISABLEFILELOCKING is set, or the file system has none), so it can't be known whether a process uses the outbox '{files.Database}': a running one would continue to send its events to the old target. End all processes that use it, and call this in a process with file locks.");
                }
            }

            if (FindLogDamage() is not null)
            {
                throw new InvalidDataException(
                    $"The write-ahead log of the outbox '{files.Database}' is damaged, and this call would overwrite what follows the damage. Open the outbox first (SqliteOutbox.Open): that keeps a copy and reports it. Then close it, and call this again.");
            }

            _ = files.TakeFromOthers();
            using Database database = OpenDatabase();
            Prepare(database);
            StoreRepair.AllowRebinding(database, Rebinding.Always);
        }
        finally
        {
            Opening.Release();
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

    private void Pause()
    {
        cancellationToken.WaitHandle.WaitOne(RetryInterval);
        cancellationToken.ThrowIfCancellationRequested();
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
                Pause();
            }
        }
    }

    private void ThrowIfNewer(Database database)
    {
        if (Schema.IsNewer(database))
        {
            throw files.Newer(Schema.VersionOf(database));
        }
    }

    /// <summary>Takes the lock that each user of the file holds. Waits while another process checks the file.</summary>
    /// <exception cref="IOException">Another process has checked the file for too long.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public FileStream TakeShared()
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

            Pause();
        }
    }

    private InvalidDataException CorruptAndInUse(SqliteException exception) => new(
        AreLocksOff
            ? $"The outbox '{files.Database}' is corrupt, and file locks are off (DOTNET_SYSTEM_IO_DISABLEFILELOCKING is set, or the file system has none), so it can't be known which processes have it open. End all processes that use it, and start one with file locks. ({exception.Message})"
            : $"The outbox '{files.Database}' is corrupt, and another process has it open. End all processes that use it and start them again: the first one moves the file aside, reports it, and creates a new one. ({exception.Message})",
        exception);
}
