using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>
/// Keeps events in a SQLite file on a local disk: what was appended survives a crash and a restart. Several processes of one machine
/// can use the file; one of them sends, and another takes over when it ends, however it ends.
/// </summary>
/// <remarks>
/// Two connections: one changes the file, and waits for other processes that do; the other one looks, and waits for nobody, so
/// that positions and account are there at once for whoever asks.
/// </remarks>
public sealed partial class SqliteOutbox : IEventOutbox
{
    private static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BusyInterval = TimeSpan.FromMilliseconds(2);

    // How long after a change the next one may begin while others use the file, and how long they are thought to after they did.
    private const int GivenWayMilliseconds = 3;
    private const int OthersMilliseconds = 5000;

    /// <summary>How many events a change by a person touches in one transaction: appending goes on in between.</summary>
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
        var opener = new OutboxOpener(files, options.TimeProvider);
        (_openLock, Database writer, Database reader) = opener.Open();
        _writer = new StoreWriter(writer, options);
        _reader = new StoreReader(reader);
        CorruptDatabasePath = opener.CorruptDatabasePath;
        DamagedCopyPath = opener.DamagedCopyPath;
        IsAppendOnly = opener.AreLocksOff;
        _logger = (options.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger<SqliteOutbox>();
        _identity = FileIdentity.Of(files);
        LogOpening(opener);
        if (FileFacts.HasIdentity)
        {
            _placeTimer = CreatePlaceTimer();
            _placeTimer.Change(PlaceInterval, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The database's full path.</summary>
    public string FilePath => _files.Database;

    /// <summary>
    /// Where the database that was found corrupt at the opening has been moved, with its <c>-wal</c> and <c>-shm</c>;
    /// <see langword="null"/> where it was sound or new.
    /// </summary>
    public string? CorruptDatabasePath { get; }

    /// <summary>
    /// Where the database and its write-ahead log were copied at the opening, as a part of the log was damaged and SQLite doesn't read
    /// what follows it; <see langword="null"/> where it was sound. <c>SalvageAsync</c> reads more of the copy.
    /// </summary>
    public string? DamagedCopyPath { get; }

    /// <summary>
    /// Whether this process can't send, for file locks are off here (<c>DOTNET_SYSTEM_IO_DISABLEFILELOCKING</c>, or a file system
    /// without them): then nobody could know whether another process does.
    /// </summary>
    public bool IsAppendOnly { get; }

    /// <summary>Yes: they stay in the file.</summary>
    public bool IsDurable => true;

    /// <inheritdoc/>
    public TimeSpan PollInterval => _options.PollInterval;

    /// <summary>For the tests of what SQLite has been told.</summary>
    internal Database WriterDatabase => _writer.Database;

    /// <summary>For the tests of what SQLite has been told.</summary>
    internal Database ReaderDatabase => _reader.Database;

    /// <summary>
    /// Opens the outbox, or makes it: a file that only its owner can read. One that is corrupt is moved aside with a date, if no other
    /// process has it open, and a new one is begun: the log and <see cref="CorruptDatabasePath"/> say so. One that others can read is
    /// made private, and the log says so.
    /// </summary>
    /// <param name="path">The database's file, such as <c>events.db</c>, in a folder that exists, on a local disk.</param>
    /// <param name="options">Its limits; later changes have no effect.</param>
    /// <exception cref="ArgumentException">
    /// The path is not that of a file (a connection string, a URI, an unexpanded <c>~</c> or variable, …), or an option has no legal value.
    /// </exception>
    /// <exception cref="IOException">
    /// The folder is missing; the file can't be opened or written, has a second name (hard link) or is mounted without its folder; or the
    /// file system has no locks: the message names it and the remedy.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// The file is no database, one of something else, one of a newer version, or corrupt while another process has it open. It is left
    /// as it is: the message names it and the remedy.
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
            : ChangeAsync(writer => writer.Append(blocks, StoreClock.Now(_options.TimeProvider)), cancellationToken);
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
                // After the lock is there: whoever had it before may have held another name.
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
    public ValueTask<OutboxPositions> GetPositionsAsync(CancellationToken cancellationToken) =>
        ReadAsync(static reader => reader.ReadPositions(), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<OutboxStatistics> GetStatisticsAsync(CancellationToken cancellationToken) =>
        _lastStatistics is { } last
            ? ValueTask.FromResult(last)
            : ReadAsync(static reader => reader.ReadStatistics(), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<OutboxStatistics> CloseAsync()
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

    /// <summary>Closes the file. What is in it stays there.</summary>
    public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);

    private OutboxStatistics Close()
    {
        var last = new OutboxStatistics();
        _placeTimer?.Dispose();
        try
        {
            _claim?.Lose();
            if ((_placeProblem is not null || _identity.FindChange() is not null) && PutBack() is not null)
            {
                ThrowIfStoreClosed();

                // What stands beside the path isn't this database's, and what is in the log belongs to what can be salvaged.
                _writer.Database.KeepLog();
                _reader.Database.KeepLog();
            }

            return last = _reader.ReadStatistics();
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

    /// <summary>Makes a change in a transaction of its own: all of it, durable, or none.</summary>
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
            // Before it, too: what is tried again must not be appended again and again to a file that nobody will find.
            ThrowIfNotInPlace(await FindPlaceProblemAsync().ConfigureAwait(false), isSettlement);
            await BeginAsync(cancellationToken).ConfigureAwait(false);
            T result;
            try
            {
                result = change(_writer);
                _writer.Commit();
                _committedAt = Environment.TickCount64;
            }
            catch
            {
                _writer.Rollback();
                throw;
            }

            // Durable, but where? Only what the next process finds is acknowledged.
            ThrowIfNotInPlace(await FindPlaceProblemAsync().ConfigureAwait(false), isSettlement);
            return result;
        }
        catch (SqliteException exception)
        {
            throw StoreErrors.Describe(FilePath, exception);
        }
    }

    private static void ThrowIfNotInPlace(PlaceProblem? problem, bool isSettlement)
    {
        if (problem is not null && !(isSettlement && problem.IsDetached))
        {
            throw new IOException(problem.Message);
        }
    }

    /// <summary>Waits for the other processes without a thread. The lock is the file's, so the time is the machine's, whatever the clock.</summary>
    private async ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        long began = Environment.TickCount64;
        if (began - _othersSeenAt < OthersMilliseconds && began - _committedAt < GivenWayMilliseconds)
        {
            // SQLite has no queue: without a pause between two changes, who waits would find the lock free by chance only.
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
            Log.MovedAside(_logger, FilePath, corrupt);
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

        if (IsAppendOnly)
        {
            Log.AppendOnly(_logger, FilePath);
        }
    });
}
