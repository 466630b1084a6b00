using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>
/// An outbox in a SQLite file on a local disk: appended events survive a crash and a restart. Several processes of one host can use the
/// file. One of them sends, and another takes over when it ends, however it ends.
/// </summary>
/// <remarks>
/// <see cref="Open"/> only inspects the file. Operations that may take time (waiting for another process's lock, recovering and checking the file)
/// are done when a tracker opens the outbox, or by the first member that needs the file.
/// </remarks>
public sealed partial class SqliteOutbox : IEventOutbox
{
    private readonly OutboxFiles _files;
    private readonly SqliteOutboxOptions _options;

    // One opening or closing at a time.
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private volatile SqliteStore? _store;
    private volatile bool _isClosed;
    private ILogger? _logger;

    private SqliteOutbox(OutboxFiles files, SqliteOutboxOptions options)
    {
        _files = files;
        _options = options;
        _logger = options.LoggerFactory?.CreateLogger<SqliteOutbox>();
    }

    /// <summary>The database's full path.</summary>
    public string FilePath => _files.Database;

    /// <summary>
    /// The path to which a corrupt database was moved when it was opened, with its <c>-wal</c> and <c>-shm</c>;
    /// <see langword="null"/> if the database was intact or new, or isn't open yet. If the database was missing and its log was there, only the
    /// <c>-wal</c> was moved there; <c>SalvageAsync</c> accepts the path.
    /// </summary>
    public string? CorruptDatabasePath => _store?.CorruptDatabasePath;

    /// <summary>
    /// The path to which the database and its write-ahead log were copied when they were opened, because a part of the log was damaged and
    /// SQLite doesn't read what follows it; <see langword="null"/> if the log was intact, or the database isn't open yet. <c>SalvageAsync</c>
    /// recovers more from the copy.
    /// </summary>
    public string? DamagedCopyPath => _store?.DamagedCopyPath;

    /// <summary>
    /// Whether this process can't send because file locks are off (<c>DOTNET_SYSTEM_IO_DISABLEFILELOCKING</c> is set, or the file system
    /// has none): without them it can't know whether another process sends. <see langword="false"/> until the outbox is open.
    /// </summary>
    public bool IsAppendOnly => _store?.IsAppendOnly == true;

    /// <summary><see langword="true"/>: events stay in the file.</summary>
    public bool IsDurable => true;

    /// <summary>
    /// <see langword="null"/>, because anyone who may open the file can read them, unless the outbox was closed before anything had opened it.
    /// </summary>
    public string? StatisticsUnavailableReason =>
        _isClosed && _store is null ? $"The outbox '{FilePath}' was closed before it was opened." : null;

    /// <summary>Where <see cref="IsAppendOnly"/>: that file locks are off, and the remedy.</summary>
    public string? AppendOnlyReason => IsAppendOnly
        ? $"This process only appends to the outbox '{FilePath}', as file locks are off here (DOTNET_SYSTEM_IO_DISABLEFILELOCKING, or the file system): a process with file locks has to send the events."
        : null;

    /// <inheritdoc/>
    public TimeSpan PollInterval => _options.PollInterval;

    /// <summary>The open file, for tests.</summary>
    internal SqliteStore Store => _store ?? throw new InvalidOperationException("The outbox isn't open.");

    /// <summary>For tests of the connection's settings.</summary>
    internal Database WriterDatabase => Store.WriterDatabase;

    /// <inheritdoc cref="SqliteStore.Reads"/>
    internal long Reads => Store.Reads;

    /// <summary>For tests of the connection's settings.</summary>
    internal Database ReaderDatabase => Store.ReaderDatabase;

    /// <summary>
    /// Creates an outbox in a file. The file is created when the outbox is opened, readable only by its owner. This method checks the path and
    /// the beginning of the file, changes nothing, and doesn't block. A tracker that gets the outbox opens it in the background; its
    /// <see cref="EventTracker.StartAsync"/> waits for that. Without a tracker, the first member that needs the file opens it.
    /// </summary>
    /// <remarks>
    /// When the outbox is opened, it waits up to 10 seconds for another process that is checking the file; a tracker then tries again. A corrupt
    /// file is renamed, with a date, and replaced by a new one, unless another process has it open; the log and
    /// <see cref="CorruptDatabasePath"/> report it. If other users can read the file, their permissions are removed, and the log reports it.
    /// </remarks>
    /// <param name="path">The database's file, such as <c>events.db</c>, in a folder that exists, on a local disk.</param>
    /// <param name="options">The outbox's options. They are copied: later changes have no effect.</param>
    /// <exception cref="ArgumentException">
    /// The path isn't a file path (but a connection string, a URI, an unexpanded <c>~</c> or variable, …), or an option is out of range.
    /// </exception>
    /// <exception cref="IOException">
    /// The folder is missing; the file can't be read, is marked read-only, has a second name (hard link), or is mounted without its folder. The
    /// message names the cause and the remedy.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// The file isn't a SQLite database, belongs to something else, or was written by a newer version. It isn't changed. The message names the
    /// cause and the remedy.
    /// </exception>
    public static SqliteOutbox Open(string path, SqliteOutboxOptions? options = null)
    {
        options = options?.Copy() ?? new SqliteOutboxOptions();
        options.Validate();
        var files = OutboxFiles.At(path);
        FileHeader.ThrowIfUnusable(files);
        return new SqliteOutbox(files, options);
    }

    /// <summary>
    /// Opens the file for a tracker: waits for another process that checks it, recovers and checks it where that is necessary, and checks that
    /// its events are for the tracker's target. Without <see cref="SqliteOutboxOptions.LoggerFactory"/> the outbox logs to the tracker's.
    /// </summary>
    /// <param name="opening">What the outbox has to know of its tracker.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="OutboxUnusableException">
    /// The file is for another target, isn't an outbox, was written by a newer version, or may not be written by this process. The message names
    /// the remedy.
    /// </exception>
    /// <exception cref="IOException">The file is locked, or can't be opened now: a later attempt may succeed.</exception>
    /// <exception cref="InvalidDataException">The file is corrupt while another process has it open: a later attempt may succeed.</exception>
    public async ValueTask OpenAsync(OutboxOpening opening, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(opening);

        // Before anything is opened: a logging provider may throw.
        ILogger? logger = _options.LoggerFactory is null ? opening.LoggerFactory?.CreateLogger<SqliteOutbox>() : null;
        try
        {
            SqliteStore store = await OpenAsync(logger, cancellationToken).ConfigureAwait(false);
            await store.BindAsync(opening.Target, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (StoreErrors.IsPermanent(exception))
        {
            throw new OutboxUnusableException(exception.Message, exception);
        }
    }

    /// <inheritdoc/>
    public async ValueTask AddTargetAsync(OutboxTarget target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        SqliteStore store = await GetStoreAsync(cancellationToken).ConfigureAwait(false);
        await store.AddTargetAsync(target, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<int> AppendAsync(IReadOnlyList<EventBlock> blocks, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        SqliteStore store = await GetStoreAsync(cancellationToken).ConfigureAwait(false);
        return blocks.Count == 0 ? 0 : await store.AppendAsync(blocks, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken)
    {
        SqliteStore store = await GetStoreAsync(cancellationToken).ConfigureAwait(false);
        return await store.TryClaimAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<OutboxPositions> GetPositionsAsync(CancellationToken cancellationToken)
    {
        SqliteStore store = await GetStoreAsync(cancellationToken).ConfigureAwait(false);
        return await store.GetPositionsAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<long>?> CountPendingByPartitionAsync(CancellationToken cancellationToken)
    {
        SqliteStore store = await GetStoreAsync(cancellationToken).ConfigureAwait(false);
        return await store.CountPendingByPartitionAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<OutboxStatistics?> GetStatisticsAsync(CancellationToken cancellationToken)
    {
        if (StatisticsUnavailableReason is not null)
        {
            return null;
        }

        SqliteStore store = await GetStoreAsync(cancellationToken).ConfigureAwait(false);
        return await store.GetStatisticsAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<StoredEvent>> ListAsync(OutboxQuery query, int maxEvents, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxEvents, 1);
        SqliteStore store = await GetStoreAsync(cancellationToken).ConfigureAwait(false);
        return await store.ListAsync(query, maxEvents, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<long> CountAsync(OutboxQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        SqliteStore store = await GetStoreAsync(cancellationToken).ConfigureAwait(false);
        return await store.CountAsync(query, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<long> ReplayAsync(OutboxQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.State != StoredEventState.DeadLetter)
        {
            throw new ArgumentException("Only dead letters can be replayed; pending events are sent automatically. Use OutboxQuery.DeadLetters.", nameof(query));
        }

        SqliteStore store = await GetStoreAsync(cancellationToken).ConfigureAwait(false);
        return await store.ReplayAsync(query, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<long> PurgeAsync(OutboxQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        SqliteStore store = await GetStoreAsync(cancellationToken).ConfigureAwait(false);
        return await store.PurgeAsync(query, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<RegisteredUser>> FindUsersAsync(IReadOnlyList<EngageUser> users, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(users);
        SqliteStore store = await GetStoreAsync(cancellationToken).ConfigureAwait(false);
        return await store.FindUsersAsync(users, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask SaveUsersAsync(IReadOnlyList<RegisteredUser> users, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(users);
        SqliteStore store = await GetStoreAsync(cancellationToken).ConfigureAwait(false);
        await store.SaveUsersAsync(users, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Closes the file, and ends an opening that is in progress. Its events stay in the file. A second call changes nothing.
    /// </summary>
    /// <returns>The last statistics; <see langword="null"/> if nothing had opened the outbox.</returns>
    public async ValueTask<OutboxStatistics?> CloseAsync()
    {
        _isClosed = true;
        await _closing.CancelAsync().ConfigureAwait(false);
        await _opening.WaitAsync().ConfigureAwait(false);
        try
        {
            return _store is { } store ? await store.CloseAsync().ConfigureAwait(false) : null;
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Closes the file. Its events stay in it.</summary>
    public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);

    /// <summary>
    /// Lets the next tracker that uses the file bind it to its own target, whatever project and address the file was for. Its pending events
    /// are then sent there, and the EUIDs of known users are removed. Use it when an API key was lost, or to use the file for another project. A file
    /// without events doesn't need it, once no process has the file open.
    /// </summary>
    /// <param name="path">The database's file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">Another process, or this one, has the file open, or it can't be written.</exception>
    /// <exception cref="InvalidDataException">The file isn't an outbox, is corrupt, or has a newer version.</exception>
    public static void ForgetTarget(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var files = OutboxFiles.At(path);
        if (!File.Exists(files.Database))
        {
            throw new FileNotFoundException($"There is no outbox '{files.Database}'.", files.Database);
        }

        try
        {
            new OutboxOpener(files, TimeProvider.System).ForgetTarget();
        }
        catch (SqliteException exception)
        {
            throw StoreErrors.Describe(files.Database, exception);
        }
    }

    /// <summary>The open file. The first call opens it.</summary>
    internal ValueTask<SqliteStore> GetStoreAsync(CancellationToken cancellationToken) =>
        _store is { } store ? ValueTask.FromResult(store) : OpenAsync(logger: null, cancellationToken);

    /// <param name="logger">A logger, for an outbox that has none.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    private async ValueTask<SqliteStore> OpenAsync(ILogger? logger, CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _logger ??= logger;
            SqliteStore store = _store ??= await OpenOnThreadAsync(cancellationToken).ConfigureAwait(false);
            if (_logger is not null)
            {
                store.LogTo(_logger);
            }

            return store;
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Opens the file on a thread of its own, because SQLite blocks the thread while it waits, recovers or checks.</summary>
    private async Task<SqliteStore> OpenOnThreadAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);

        // The runtime ends a process that has no descriptor left for a new thread.
        if (Descriptors.AreExhausted())
        {
            throw StoreErrors.NoDescriptors(FilePath, null);
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        CancellationToken token = either.Token;
        try
        {
            return await Task.Factory.StartNew(
                () => new SqliteStore(_files, _options, token),
                token,
                TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
                TaskScheduler.Default).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(SqliteOutbox), $"The outbox '{FilePath}' was closed while it was being opened.");
        }
    }
}
