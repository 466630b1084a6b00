using System.Globalization;
using Microsoft.Data.Sqlite;

namespace TypedEvents.Outbox.Sqlite;

/// <content>
/// Checks that the open files are still where the next process will look for them; nothing is acknowledged otherwise. If no event can be
/// lost by it, the outbox restores the database and continues. Otherwise it rejects appends until the file is back.
/// </content>
internal sealed partial class SqliteStore
{
    private const int SavePauseMilliseconds = 60_000;
    private const int CheckpointMilliseconds = 1000;

    private static readonly TimeSpan PlaceInterval = TimeSpan.FromSeconds(1);

    private readonly ITimer? _placeTimer;
    private FileIdentity _identity;
    private PlaceProblem? _placeProblem;

    // The copy that was saved when the database couldn't be restored; null if there is none, or it isn't needed any more.
    private string? _savedAs;
    private string? _saveFailure;
    private long _noSaveUntil;

    // The change that is committed and must be found in the file before it is acknowledged.
    private UnacknowledgedChange? _unacknowledged;

    // True while the old log is closed and the new one can't be opened yet.
    private bool _isStoreClosed;

    /// <param name="Message">What happened, and the remedy.</param>
    /// <param name="IsDetached">
    /// Whether only this process sees the open database. Settling in it still keeps this process from sending delivered events again.
    /// </param>
    /// <param name="IsInFile">Whether the file at the path contains everything that this process acknowledged.</param>
    private sealed record PlaceProblem(string Message, bool IsDetached, bool IsInFile = false);

    /// <param name="Before">The last position before the change.</param>
    /// <param name="After">The last position after the change.</param>
    /// <param name="IsLost">Whether the outbox continues with a file that lacks the change, so that it must be made again.</param>
    private sealed record UnacknowledgedChange(long Before, long After, bool IsLost = false);

    /// <summary>Without the caller's execution context: the timer would keep its async locals alive as long as the outbox.</summary>
    private ITimer CreatePlaceTimer()
    {
        if (!ExecutionContext.IsFlowSuppressed())
        {
            using (ExecutionContext.SuppressFlow())
            {
                return CreatePlaceTimer();
            }
        }

        return _options.TimeProvider.CreateTimer(
            static store => _ = ((SqliteStore)store!).CheckPlaceAsync(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    /// <summary>Checks periodically: without it an idle process would notice a missing file only when the next event is appended.</summary>
    private async Task CheckPlaceAsync()
    {
        try
        {
            if (_placeProblem is not null || _identity.FindChange() is not null)
            {
                await EnsureInPlaceAsync().ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // It is logged; the next change detects it again and throws.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
        finally
        {
            if (_lastStatistics is null)
            {
                try
                {
                    _placeTimer!.Change(PlaceInterval, Timeout.InfiniteTimeSpan);
                }
                catch (ObjectDisposedException)
                {
                    // The outbox was closed meanwhile.
                }
            }
        }
    }

    /// <exception cref="IOException">The file isn't where it was opened, and can't be restored.</exception>
    private async ValueTask EnsureInPlaceAsync()
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            ThrowIfClosed();
            if (await FindPlaceProblemAsync().ConfigureAwait(false) is { } problem)
            {
                throw new IOException(problem.Message);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>The caller holds the lock for writing.</summary>
    private async ValueTask<PlaceProblem?> FindPlaceProblemAsync()
    {
        if (_placeProblem is null && _identity.FindChange() is null)
        {
            return null;
        }

        await _reading.WaitAsync().ConfigureAwait(false);
        try
        {
            return PutBack();
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>The caller holds the locks for writing and reading.</summary>
    private PlaceProblem? PutBack()
    {
        PlaceProblem? problem = null;

        // One repair may reveal the next problem. Repairs don't undo each other, so the loop ends.
        for (int step = 0; step < 5 && FindChange() is { } change; step++)
        {
            try
            {
                problem = PutBack(change);
            }
            catch (SqliteException exception)
            {
                problem = Unsolved(change, StoreErrors.Describe(FilePath, exception));
            }
            catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                problem = Unsolved(change, exception);
            }

            if (problem is not null)
            {
                break;
            }
        }

        if (problem is null && FindChange() is { } last)
        {
            problem = new PlaceProblem(Describe(last, "Its files keep changing. Find out what removes or replaces them."), IsDetached: last.Path == FilePath);
        }

        if (problem is { IsInFile: false } && Save() is { } saved)
        {
            problem = problem with { Message = $"{problem.Message} {saved}" };
        }

        if (problem is not null && problem.Message != _placeProblem?.Message)
        {
            LogSafely(() => Log.NotInPlace(_logger, problem.Message));
        }
        else if (problem is null)
        {
            ForgetSaved();
            if (_placeProblem is not null)
            {
                LogSafely(() => Log.BackInPlace(_logger, FilePath));
            }
        }

        return _placeProblem = problem;
    }

    private PlaceProblem Unsolved(FileChange change, Exception exception)
    {
        bool isTruncated = change.Kind == FileChangeKind.Truncated;

        // A log is closed only after the database has everything that was in it, and a truncated database can't be copied.
        return new PlaceProblem(Describe(change, exception.Message), IsDetached: change.Path == FilePath && !isTruncated, IsInFile: _isStoreClosed || isTruncated);
    }

    /// <summary>Saves what may be nowhere else once this process ends.</summary>
    /// <returns>A sentence that says where it was saved, or why it wasn't; <see langword="null"/> if the folder is missing.</returns>
    private string? Save()
    {
        bool hasCopy = _savedAs is not null && File.Exists(_savedAs);
        if (!hasCopy && Directory.Exists(Path.GetDirectoryName(FilePath)) && Environment.TickCount64 >= _noSaveUntil)
        {
            try
            {
                SaveAside();
            }
            catch (SqliteException exception)
            {
                _saveFailure = StoreErrors.Describe(FilePath, exception).Message;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                _saveFailure = exception.Message;
            }

            _noSaveUntil = _saveFailure is null ? 0 : Environment.TickCount64 + SavePauseMilliseconds;
        }

        return _saveFailure is { } failure ? $"Saving its events beside it failed, and is retried every minute and when the outbox is closed: {failure}"
            : _savedAs is { } saved ? $"All events of this process were saved as '{saved}': open that file as well to send its events."
            : null;
    }

    /// <summary>The file at the path contains everything again.</summary>
    private void ForgetSaved()
    {
        _saveFailure = null;
        _noSaveUntil = 0;
        if (_savedAs is not { } saved)
        {
            return;
        }

        _savedAs = null;
        if (_placeProblem?.Message.Contains(saved, StringComparison.Ordinal) == true)
        {
            // A message has named it, so it may be in use.
            LogSafely(() => Log.SavedIsObsolete(_logger, FilePath, saved));
        }
        else
        {
            File.Delete(saved);
        }
    }

    private FileChange? FindChange() =>
        _isStoreClosed ? new FileChange(_files.Wal, FileChangeKind.Removed)
        : !_openLock.CanRead ? new FileChange(_files.OpenLock, FileChangeKind.Removed)
        : _identity.FindChange();

    private PlaceProblem? PutBack(FileChange change)
    {
        if (change.Path == _files.ClaimLock)
        {
            // The name is free or refers to another file, so another process may acquire the claim now.
            _claim?.Lose();
            _identity = _identity.Without(change.Path);
            LogSafely(() => Log.LockReplaced(_logger, change.Path));
            return null;
        }

        if (change.Path == _files.OpenLock)
        {
            _files.CreateOpenLock();
            if (FileLock.TryTakeShared(_files.OpenLock) is not { } taken)
            {
                return new PlaceProblem(Describe(change, "Another process is checking the database."), IsDetached: false, IsInFile: true);
            }

            bool isReplaced = _openLock.CanRead;
            _openLock.Dispose();
            _openLock = taken;
            _identity = _identity.With(change.Path);
            if (isReplaced)
            {
                LogSafely(() => Log.LockReplaced(_logger, change.Path));
            }

            return null;
        }

        if (change.Path != FilePath)
        {
            return PutBackLog(change);
        }

        return change.Kind switch
        {
            FileChangeKind.Removed => PutBackDatabase(change),
            FileChangeKind.Replaced => GoOnWith(change),
            _ => CheckShorter(change),
        };
    }

    /// <summary>Replaces the file by a copy: the open connections can still read everything that was in it.</summary>
    private PlaceProblem? PutBackDatabase(FileChange change)
    {
        if (!Directory.Exists(Path.GetDirectoryName(FilePath)))
        {
            return new PlaceProblem(Describe(change, $"Its folder '{Path.GetDirectoryName(FilePath)}' is missing. Restore the folder; the outbox then continues."), IsDetached: true);
        }

        string copy = _files.NameCopy();
        try
        {
            CopyTo(copy);
            using (Database database = Database.Open(copy, BusyTimeout))
            {
                // Another process may still append to the missing file, and more to the copy.
                StoreGeneration.Begin(database);
            }

            if (File.Exists(FilePath))
            {
                // Another process was faster; the next iteration checks the file that it created.
                return null;
            }

            DeleteOwnLog();
            if (File.Exists(_files.Wal))
            {
                // The log of a process that was faster, too, unless the database is still missing.
                return File.Exists(FilePath) ? null : new PlaceProblem(Describe(change, $"'{_files.Wal}' belongs to another database. End all processes that use the outbox, and remove it."), IsDetached: true);
            }

            _files.CreateOpenLock();
            if (!ExclusiveMove.TryMove(copy, FilePath))
            {
                // Another process was faster; the next iteration checks the file that it created.
                return null;
            }
        }
        finally
        {
            File.Delete(copy);
        }

        PlaceProblem? problem = GoOnWith(change, isOwnCopy: true);
        if (problem is null)
        {
            LogSafely(() => Log.PutBack(_logger, FilePath));
        }

        return problem;
    }

    /// <summary>Continues with the file that now has the name, if it is this outbox and contains every acknowledged event.</summary>
    /// <param name="change">How the file got there.</param>
    /// <param name="isOwnCopy">Whether this outbox has just copied it, after the change that isn't acknowledged yet.</param>
    private PlaceProblem? GoOnWith(FileChange change, bool isOwnCopy = false)
    {
        // A link to the file is rejected here as it is when an outbox is opened, before anything is deleted.
        _files.CheckPlace();
        if (IsOwn(_files.Wal) || IsOwn(_files.SharedMemory))
        {
            // SQLite would take the log of the missing file for the new file's log, and overwrite the new file's pages. It would also clear the
            // shared memory while the open connections use it.
            if (_savedAs is null || !File.Exists(_savedAs))
            {
                SaveAside();
            }

            DeleteOwnLog();
        }

        // A change that isn't acknowledged yet may be missing: it is then made again.
        var ours = StoreGeneration.Of(_reader.Database);
        long acknowledged = _unacknowledged is { } made && made.After == ours.LastPosition ? made.Before : ours.LastPosition;
        long end = -1;
        if (OpenAgain(database => (end = StoreGeneration.FindEnd(database, ours)) >= acknowledged) is not { } opened)
        {
            return new PlaceProblem(
                Describe(change, "Another outbox, or an older copy of this one, is there now. Restart this process to use it."),
                IsDetached: true);
        }

        Use(opened);
        if (_unacknowledged is { } unacknowledged && (end < unacknowledged.After || (!isOwnCopy && unacknowledged.After == unacknowledged.Before)))
        {
            // A change that appends nothing leaves no trace in the positions. It has the same result when it is made again.
            _unacknowledged = unacknowledged with { IsLost = true };
        }

        return null;
    }

    private (FileStream OpenLock, Database Writer, Database Reader, FileIdentity Identity)? OpenAgain(Func<Database, bool> isMeant)
    {
        var opener = new OutboxOpener(_files, _options.TimeProvider);
        (FileStream OpenLock, Database Writer, Database Reader)? opened = opener.OpenAgain(isMeant);
        if (opener.TakenFromOthers.Count > 0)
        {
            LogSafely(() => Log.TakenFromOthers(_logger, FilePath, string.Join(", ", opener.TakenFromOthers)));
        }

        return opened is { } files ? (files.OpenLock, files.Writer, files.Reader, opener.Identity!) : null;
    }

    /// <summary>
    /// Writes the contents of the open log to the database, which is still there, because the log or the shared memory was removed.
    /// </summary>
    private PlaceProblem? PutBackLog(FileChange change)
    {
        if (!_isStoreClosed && CloseLog(change) is { } problem)
        {
            return problem;
        }

        Use(OpenAgain(static _ => true)!.Value);
        LogSafely(() => Log.LogPutBack(_logger, change.Path));
        return null;
    }

    private PlaceProblem? CloseLog(FileChange change)
    {
        if (_identity.FindChange(_files.Wal) is { Kind: FileChangeKind.Replaced } || _identity.FindChange(_files.SharedMemory) is { Kind: FileChangeKind.Replaced })
        {
            return new PlaceProblem(
                Describe(change, "Another process has started a new log. End all processes that use the outbox, and start them again."),
                IsDetached: false);
        }

        // After this the database contains everything that was in the log. It waits for a commit or a read of another process.
        bool isCopied;
        _writer.Database.Execute($"PRAGMA busy_timeout = {CheckpointMilliseconds}");
        try
        {
            isCopied = _writer.Database.QueryInt64("PRAGMA wal_checkpoint(TRUNCATE)") == 0;
        }
        finally
        {
            _writer.Database.Execute("PRAGMA busy_timeout = 0");
        }

        // Neither another process nor a list of this one may have it open: two logs would be written to one database, or two processes would
        // use one log with different shared memories.
        if (isCopied && !IsAppendOnly)
        {
            _openLock.Dispose();
            using FileStream? alone = FileLock.TryTakeExclusive(_files.OpenLock);
            if (alone is not null)
            {
                CloseStore();
                _isStoreClosed = true;
                File.Delete(_files.Wal);
                File.Delete(_files.SharedMemory);
                return null;
            }

            // If another process has taken it meanwhile, the next attempt takes it again.
            _openLock = FileLock.TryTakeShared(_files.OpenLock) ?? _openLock;
        }

        return new PlaceProblem(
            Describe(change, "Other processes use it, or a list or count in this one. End all processes that use the outbox, and start them again."),
            IsDetached: false,
            IsInFile: isCopied);
    }

    /// <summary>Tells whether a tool made the file smaller (VACUUM), or it was truncated.</summary>
    private PlaceProblem? CheckShorter(FileChange change)
    {
        if (_reader.Database.QueryText("PRAGMA quick_check(1)") == "ok")
        {
            _writer.Database.Execute("PRAGMA wal_checkpoint(PASSIVE)");
            _identity.AcceptSize();
            return null;
        }

        return new PlaceProblem(
            Describe(change, "End all processes that use it and start them again: the first one moves the file aside and begins a new one. SqliteOutbox.SalvageAsync reads what can be read of the old one."),
            IsDetached: false,
            IsInFile: true);
    }

    /// <summary>
    /// Deletes the log and the shared memory of the missing database. The connections keep them open, and the copy contains their contents.
    /// </summary>
    private void DeleteOwnLog()
    {
        foreach (string beside in (string[])[_files.Wal, _files.SharedMemory])
        {
            if (IsOwn(beside))
            {
                File.Delete(beside);
            }
        }
    }

    private bool IsOwn(string path) => File.Exists(path) && _identity.FindChange(path) is null;

    private void SaveAside()
    {
        string path = _files.NameAside("saved", _options.TimeProvider.GetUtcNow());
        CopyTo(path);
        _savedAs = path;
        _saveFailure = null;
    }

    /// <summary>Copies everything that the open connections see to a new file, durably. Only the owner can read it.</summary>
    private void CopyTo(string path)
    {
        new FileStream(path, FileLock.OwnerOnly(FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite)).Dispose();
        try
        {
            _writer.Database.Execute(string.Create(CultureInfo.InvariantCulture, $"VACUUM INTO '{path.Replace("'", "''", StringComparison.Ordinal)}'"));
            using var copy = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
            copy.Flush(flushToDisk: true);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    private void Use((FileStream OpenLock, Database Writer, Database Reader, FileIdentity Identity) opened)
    {
        (FileStream openLock, Database writer, Database reader, FileIdentity identity) = opened;
        StoreWriter newWriter;
        StoreReader newReader;
        try
        {
            newWriter = new StoreWriter(writer, _options);
            newReader = new StoreReader(reader);
        }
        catch
        {
            reader.Dispose();
            writer.Dispose();
            openLock.Dispose();
            throw;
        }

        if (!_isStoreClosed)
        {
            CloseStore();
        }

        _openLock.Dispose();
        _isStoreClosed = false;
        (_openLock, _writer, _reader) = (openLock, newWriter, newReader);
        bool hasClaim = _claim is not null && _identity.FindChange(_files.ClaimLock) is null;
        _identity = identity;
        if (hasClaim)
        {
            _identity = _identity.With(_files.ClaimLock);
        }
        else if (_claim is not null)
        {
            _claim.Lose();
            LogSafely(() => Log.LockReplaced(_logger, _files.ClaimLock));
        }
    }

    /// <summary>Closes the connections without touching the files that now have their names: these belong to another database.</summary>
    private void CloseStore()
    {
        _writer.Database.KeepLog();
        _reader.Database.KeepLog();
        _reader.Dispose();
        _writer.Dispose();
    }

    private void ThrowIfStoreClosed()
    {
        if (_isStoreClosed)
        {
            throw new IOException(_placeProblem?.Message ?? $"The outbox '{FilePath}' is being reopened.");
        }
    }

    private string Describe(FileChange change, string remedy)
    {
        string what = change.Kind switch
        {
            FileChangeKind.Removed => "was deleted or moved",
            FileChangeKind.Replaced => "was replaced by another file",
            _ => "was truncated",
        };
        return $"'{change.Path}' {what} while the outbox '{FilePath}' was open. It accepts no events, because the next process wouldn't find them. {remedy}";
    }

    /// <summary>An exception of a logging provider must not stop the outbox.</summary>
    private static void LogSafely(Action log)
    {
        try
        {
            log();
        }
#pragma warning disable CA1031 // There is nowhere left to report it; exceptions and properties carry the same information.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }
}
