using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>
/// The open file behind a <see cref="SqliteOutbox"/>, which describes the members. It uses two connections. One writes, and waits for other
/// processes that write; the other one reads and never waits, so positions and statistics are available immediately.
/// </summary>
internal sealed partial class SqliteStore : IAsyncDisposable
{
    private static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BusyInterval = TimeSpan.FromMilliseconds(2);

    // The pause between two changes while other processes use the file, and how long they count as using it after their last change.
    private const int GivenWayMilliseconds = 3;
    private const int OthersMilliseconds = 5000;

    /// <summary>The number of events that replay, purge and expiry change in one transaction. Appends run in between.</summary>
    private const int ChunkEvents = 1000;

    private readonly OutboxFiles _files;
    private readonly SqliteOutboxOptions _options;
    private FileStream _openLock;
    private StoreWriter _writer;
    private StoreReader _reader;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly SemaphoreSlim _reading = new(1, 1);
    private volatile ILogger _logger = NullLogger.Instance;
    private OutboxOpener? _unlogged;
    private Claim? _claim;
    private OutboxStatistics? _lastStatistics;
    private long _committedAt;

    /// <summary>How many changes this process has committed, so that what a read found before one doesn't answer a read after it.</summary>
    private long _changes;

    private long _reads;
    private long _othersSeenAt = -OthersMilliseconds;

    /// <summary>Opens the file: this waits for other processes, and recovers or checks the file where that is necessary.</summary>
    /// <exception cref="IOException">The file can't be opened.</exception>
    /// <exception cref="InvalidDataException">The file isn't an outbox, or is one that can't be used.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled. The file can be opened again.</exception>
    public SqliteStore(OutboxFiles files, SqliteOutboxOptions options, CancellationToken cancellationToken)
    {
        _files = files;
        _options = options;
        var opener = new OutboxOpener(files, options.TimeProvider, cancellationToken) { Patience = options.OpeningPatience };
        (_openLock, Database writer, Database reader) = opener.Open();
        try
        {
            _writer = new StoreWriter(writer, options);
            _reader = new StoreReader(reader);
        }
        catch (Exception exception)
        {
            reader.Dispose();
            writer.Dispose();
            _openLock.Dispose();
            if (exception is SqliteException error)
            {
                throw StoreErrors.Describe(files.Database, error);
            }

            throw;
        }

        CorruptDatabasePath = opener.CorruptDatabasePath;
        DamagedCopyPath = opener.DamagedCopyPath;
        IsAppendOnly = opener.AreLocksOff;
        _identity = opener.Identity!;
        _unlogged = opener;
        if (!OperatingSystem.IsWindows())
        {
            _placeTimer = CreatePlaceTimer();
            _placeTimer.Change(PlaceInterval, Timeout.InfiniteTimeSpan);
        }
    }

    public string? CorruptDatabasePath { get; }

    public string? DamagedCopyPath { get; }

    public bool IsAppendOnly { get; }

    /// <summary>For tests of the connection's settings.</summary>
    public Database WriterDatabase => _writer.Database;

    /// <summary>For tests of the connection's settings.</summary>
    public Database ReaderDatabase => _reader.Database;

    /// <summary>How often the file was read, for tests.</summary>
    public long Reads => Interlocked.Read(ref _reads);

    private string FilePath => _files.Database;

    /// <summary>Logs there from now on, and what the opening of the file found unless a log has it already.</summary>
    public void LogTo(ILogger logger)
    {
        _logger = logger;
        if (Interlocked.Exchange(ref _unlogged, null) is { } opener)
        {
            LogOpening(opener);
        }
    }

    public ValueTask<int> AppendAsync(IReadOnlyList<EventBlock> blocks, CancellationToken cancellationToken) =>
        ChangeAsync(writer => writer.Events.Append(blocks, StoreClock.Now(_options.TimeProvider), _binding), cancellationToken);

    public async ValueTask<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken)
    {
        if (IsAppendOnly)
        {
            return null;
        }

        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfClosed();
            if (FileLock.TryTakeExclusive(_files.ClaimLock) is not { } file)
            {
                return null;
            }

            try
            {
                // Only once the lock is acquired: its previous owner may have put another name on hold.
                _identity = _identity.With(_files.ClaimLock);
                return _claim = new Claim(this, file, await ReadOnceAsync(static reader => reader.ReadHeldNames(), cancellationToken).ConfigureAwait(false));
            }
            catch
            {
                await file.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    public ValueTask<OutboxPositions> GetPositionsAsync(CancellationToken cancellationToken)
    {
        bool isClaimed = _claim is not null;
        return ReadAsync(reader => reader.ReadPositions(isClaimed), cancellationToken);
    }

    public ValueTask<IReadOnlyList<long>?> CountPendingByPartitionAsync(CancellationToken cancellationToken) =>
        InspectAsync<IReadOnlyList<long>?>(StoreInspector.CountPendingByPartition, cancellationToken);

    public ValueTask<OutboxStatistics?> GetStatisticsAsync(CancellationToken cancellationToken) =>
        _lastStatistics is { } last
            ? ValueTask.FromResult<OutboxStatistics?>(last)
            : ReadAsync<OutboxStatistics?>(static reader => reader.ReadStatistics(), cancellationToken);

    public async ValueTask<OutboxStatistics?> CloseAsync()
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        await _reading.WaitAsync().ConfigureAwait(false);
        try
        {
            return _lastStatistics ?? Close();
        }
        finally
        {
            _reading.Release();
            _writing.Release();
        }
    }

    public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);

    private OutboxStatistics Close()
    {
        // The last known statistics of this process, in case the file can't be read any more.
        OutboxStatistics last = _writer.LastStatistics ?? _reader.LastStatistics ?? new OutboxStatistics();
        bool hasCounters = false;
        bool isInOrder = false;
        _placeTimer?.Dispose();
        try
        {
            _claim?.Lose();

            // The last opportunity to save them.
            _noSaveUntil = 0;
            if ((_placeProblem is not null || _identity.FindChange() is not null) && PutBack() is not null)
            {
                ThrowIfStoreClosed();

                // The file at the path isn't this database, and the log is needed for a salvage.
                _writer.Database.KeepLog();
                _reader.Database.KeepLog();
            }

            last = _reader.ReadCounters();
            hasCounters = true;
            last = _reader.ReadStatistics();
            isInOrder = !IsAppendOnly && !_isDoubtful && _placeProblem is null;
            return last;
        }
        catch (SqliteException exception) when (hasCounters && StoreErrors.IsCorrupt(exception))
        {
            // The counters are sound, and the events can't be read: how many are held is unknown then, and since when the oldest is pending.
            return last;
        }
        catch (SqliteException exception)
        {
            throw StoreErrors.Describe(FilePath, exception);
        }
        finally
        {
            _lastStatistics = last;
            _reader.Dispose();
            _writer.Dispose();
            _openLock.Dispose();
            if (isInOrder)
            {
                CleanEnd.Leave(_files);
            }
        }
    }

    private void ThrowIfClosed() => ObjectDisposedException.ThrowIf(_lastStatistics is not null, typeof(SqliteOutbox));

    private async ValueTask<T> ReadOnceAsync<T>(Func<StoreReader, T> read, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfClosed();
            ThrowIfStoreClosed();
            Interlocked.Increment(ref _reads);
            return read(_reader);
        }
        catch (SqliteException exception)
        {
            throw StoreErrors.Describe(FilePath, exception);
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Makes a change in its own transaction: durable as a whole, or not at all.</summary>
    private async ValueTask<T> ChangeAsync<T>(Func<StoreWriter, T> change, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfClosed();
            return await ChangeInTurnAsync(change, isSettlement: false, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async ValueTask<T> ChangeOnceAsync<T>(Func<StoreWriter, T> change, bool isSettlement, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                // Checked before the change as well: retries must not append an event repeatedly to a file that no process will find.
                ThrowIfNotInPlace(await FindPlaceProblemAsync().ConfigureAwait(false), isSettlement);
                await BeginAsync(cancellationToken).ConfigureAwait(false);
                T result;
                try
                {
                    long before = _writer.LastPosition;
                    result = change(_writer);
                    _writer.Commit();
                    _committedAt = Environment.TickCount64;
                    Interlocked.Increment(ref _changes);
                    _unacknowledged = new UnacknowledgedChange(before, _writer.LastPosition);
                }
                catch
                {
                    _writer.Rollback();
                    throw;
                }

                // The change is durable, but is the file still in place? Only events that the next process will find are acknowledged.
                ThrowIfNotInPlace(await FindPlaceProblemAsync().ConfigureAwait(false), isSettlement);
                if (_unacknowledged is { IsLost: false })
                {
                    return result;
                }
            }
        }
        catch (SqliteException exception)
        {
            throw StoreErrors.Describe(FilePath, exception);
        }
        finally
        {
            _unacknowledged = null;
        }
    }

    private static void ThrowIfNotInPlace(PlaceProblem? problem, bool isSettlement)
    {
        if (problem is not null && !(isSettlement && problem.IsDetached))
        {
            throw new IOException(problem.Message);
        }
    }

    /// <summary>Waits asynchronously for other processes. They share the file's lock, so this uses real time, not the configured clock.</summary>
    private async ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        long began = Environment.TickCount64;
        if (began - _othersSeenAt < OthersMilliseconds && began - _committedAt < GivenWayMilliseconds)
        {
            // SQLite's lock isn't fair: without a pause between two changes, a waiting process would find it free only by chance.
            await Task.Delay(GivenWayMilliseconds, cancellationToken).ConfigureAwait(false);
        }

        while (!_writer.TryBegin())
        {
            _othersSeenAt = Environment.TickCount64;
            if (_othersSeenAt - began > BusyTimeout.TotalMilliseconds)
            {
                throw StoreErrors.Busy(FilePath, null);
            }

            await Task.Delay(BusyInterval, cancellationToken).ConfigureAwait(false);
        }

        if (_writer.HasFoundChanges)
        {
            _othersSeenAt = Environment.TickCount64;
        }
    }

    private void LogOpening(OutboxOpener opener) => LogSafely(() =>
    {
        if (CorruptDatabasePath is { } corrupt)
        {
            if (opener.IsLogWithoutDatabase)
            {
                Log.LogWithoutDatabase(_logger, FilePath, corrupt);
            }
            else
            {
                Log.MovedAside(_logger, FilePath, corrupt);
            }
        }

        if (opener.IsRestored)
        {
            Log.RestoredFromCopy(_logger, FilePath);
        }

        foreach (string left in opener.LeftCopies)
        {
            Log.CopyLeft(_logger, FilePath, left);
        }

        if (opener is { DamagedCopyPath: { } copy, LogDamage: { } damage })
        {
            Log.LogDamaged(_logger, FilePath, damage.ReadableFrames, damage.FramesBehind, copy);
        }

        if (opener.TakenFromOthers.Count > 0)
        {
            Log.TakenFromOthers(_logger, FilePath, string.Join(", ", opener.TakenFromOthers));
        }

        if (opener.Repaired is { } repaired)
        {
            Log.Repaired(_logger, FilePath, repaired);
        }

        if (!OperatingSystem.IsWindows() && !FileFacts.HasIdentity)
        {
            Log.PlaceNotChecked(_logger, FilePath);
        }

        if (IsAppendOnly)
        {
            Log.AppendOnly(_logger, FilePath);
        }
    });
}
