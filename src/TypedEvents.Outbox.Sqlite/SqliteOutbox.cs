using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>
/// An outbox in a SQLite file on a local disk: appended events survive a crash and a restart. Several processes of one host can use the
/// file. One of them sends, and another takes over when it ends, however it ends.
/// </summary>
/// <remarks>
/// It uses two connections. One writes, and waits for other processes that write; the other one reads and never waits, so positions
/// and statistics are available immediately.
/// </remarks>
public sealed partial class SqliteOutbox : IEventOutbox
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
    private readonly ILogger _logger;
    private FileStream _openLock;
    private StoreWriter _writer;
    private StoreReader _reader;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly SemaphoreSlim _reading = new(1, 1);
    private Claim? _claim;
    private OutboxStatistics? _lastStatistics;
    private long _committedAt;
    private long _othersSeenAt = -OthersMilliseconds;

    private SqliteOutbox(OutboxFiles files, SqliteOutboxOptions options)
    {
        _files = files;
        _options = options;

        // Before anything is opened: a logging provider may throw.
        _logger = (options.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger<SqliteOutbox>();
        var opener = new OutboxOpener(files, options.TimeProvider);
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
        LogOpening(opener);
        if (!OperatingSystem.IsWindows())
        {
            _placeTimer = CreatePlaceTimer();
            _placeTimer.Change(PlaceInterval, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The database's full path.</summary>
    public string FilePath => _files.Database;

    /// <summary>
    /// The path to which a corrupt database was moved when it was opened, with its <c>-wal</c> and <c>-shm</c>;
    /// <see langword="null"/> if the database was intact or new. If the database was missing and its log was there, only the <c>-wal</c> was moved
    /// there; <c>SalvageAsync</c> accepts the path.
    /// </summary>
    public string? CorruptDatabasePath { get; }

    /// <summary>
    /// The path to which the database and its write-ahead log were copied when they were opened, because a part of the log was damaged and
    /// SQLite doesn't read what follows it; <see langword="null"/> if the log was intact. <c>SalvageAsync</c> recovers more from the copy.
    /// </summary>
    public string? DamagedCopyPath { get; }

    /// <summary>
    /// Whether this process can't send because file locks are off (<c>DOTNET_SYSTEM_IO_DISABLEFILELOCKING</c> is set, or the file system
    /// has none): without them it can't know whether another process sends.
    /// </summary>
    public bool IsAppendOnly { get; }

    /// <summary><see langword="true"/>: events stay in the file.</summary>
    public bool IsDurable => true;

    /// <summary>Always <see langword="null"/>: whoever may open the file can read them.</summary>
    public string? StatisticsUnavailableReason => null;

    /// <summary>Where <see cref="IsAppendOnly"/>: that file locks are off, and the remedy.</summary>
    public string? AppendOnlyReason => IsAppendOnly
        ? $"This process only appends to the outbox '{FilePath}', as file locks are off here (DOTNET_SYSTEM_IO_DISABLEFILELOCKING, or the file system): a process with file locks has to send the events."
        : null;

    /// <inheritdoc/>
    public TimeSpan PollInterval => _options.PollInterval;

    /// <summary>For tests of the connection's settings.</summary>
    internal Database WriterDatabase => _writer.Database;

    /// <summary>For tests of the connection's settings.</summary>
    internal Database ReaderDatabase => _reader.Database;

    /// <summary>
    /// Opens the outbox, or creates it as a file that only its owner can read. A corrupt file is renamed, with a date, and replaced by a new
    /// one, unless another process has it open; the log and <see cref="CorruptDatabasePath"/> report it. If other users can read the file,
    /// their permissions are removed, and the log reports it.
    /// </summary>
    /// <param name="path">The database's file, such as <c>events.db</c>, in a folder that exists, on a local disk.</param>
    /// <param name="options">The outbox's options. They are copied: later changes have no effect.</param>
    /// <exception cref="ArgumentException">
    /// The path isn't a file path (but a connection string, a URI, an unexpanded <c>~</c> or variable, …), or an option is out of range.
    /// </exception>
    /// <exception cref="IOException">
    /// The folder is missing; the file can't be opened or written, has a second name (hard link), or is mounted without its folder; or the
    /// file system has no locks. The message names the cause and the remedy.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// The file isn't a SQLite database, belongs to something else, was written by a newer version, or is corrupt while another process
    /// has it open. It isn't changed. The message names the cause and the remedy.
    /// </exception>
    public static SqliteOutbox Open(string path, SqliteOutboxOptions? options = null)
    {
        options = options?.Copy() ?? new SqliteOutboxOptions();
        options.Validate();
        return new SqliteOutbox(OutboxFiles.At(path), options);
    }

    /// <inheritdoc/>
    public ValueTask<int> AppendAsync(IReadOnlyList<EventBlock> blocks, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        return blocks.Count == 0
            ? ValueTask.FromResult(0)
            : ChangeAsync(writer => writer.Append(blocks, StoreClock.Now(_options.TimeProvider), _binding), cancellationToken);
    }

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public ValueTask<OutboxPositions> GetPositionsAsync(CancellationToken cancellationToken)
    {
        bool isClaimed = _claim is not null;
        return ReadAsync(reader => reader.ReadPositions(isClaimed), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<long>?> CountPendingByPartitionAsync(CancellationToken cancellationToken) =>
        InspectAsync<IReadOnlyList<long>?>(StoreInspector.CountPendingByPartition, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<OutboxStatistics?> GetStatisticsAsync(CancellationToken cancellationToken) =>
        _lastStatistics is { } last
            ? ValueTask.FromResult<OutboxStatistics?>(last)
            : ReadAsync<OutboxStatistics?>(static reader => reader.ReadStatistics(), cancellationToken);

    /// <inheritdoc/>
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

    /// <summary>Closes the file. Its events stay in it.</summary>
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

    private void ThrowIfClosed() => ObjectDisposedException.ThrowIf(_lastStatistics is not null, this);

    private async ValueTask<T> ReadOnceAsync<T>(Func<StoreReader, T> read, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfClosed();
            ThrowIfStoreClosed();
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
