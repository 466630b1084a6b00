using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace TypedEvents.Outbox.PostgreSql;

/// <summary>
/// An outbox in a PostgreSQL database (13 or later): the processes of many hosts append to it and share the sending. Each of its 16 partitions
/// has one sender at a time, so a user's events are sent in order, whichever process appended them.
/// </summary>
/// <remarks>
/// <see cref="Create(NpgsqlDataSource, PostgreSqlOutboxOptions?)"/> does no I/O: a tracker that gets the outbox opens it in the background, and
/// tries again while the database is down. All members are asynchronous. The connections may go through PgBouncer in transaction mode.
/// </remarks>
public sealed partial class PostgreSqlOutbox : IEventOutbox
{
    /// <summary>The schema of the outbox's tables unless <see cref="PostgreSqlOutboxOptions.Schema"/> names another one: <c>typed_events</c>.</summary>
    public const string DefaultSchema = "typed_events";

    /// <summary>
    /// The name of the meter with the outbox's own metrics: what is pending by partition, the senders, and what keeps VACUUM from its work. A process
    /// that is registered to send reads them every 30 seconds while something listens to the meter.
    /// </summary>
    public const string MeterName = "TypedEvents.Outbox.PostgreSql";

    /// <summary>The least difference of a lease and a tracker's <see cref="EventTrackerOptions.AttemptTimeout"/>.</summary>
    private static readonly TimeSpan LeaseMargin = TimeSpan.FromSeconds(5);

    private readonly Database _database;
    private readonly PostgreSqlOutboxOptions _options;

    // One opening or closing at a time.
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private volatile OutboxStore? _store;
    private volatile bool _isClosed;
    private bool _hasStatisticsAtClose;
    private OutboxStatistics? _last;
    private ILogger? _logger;
    private Action? _wake;

    private PostgreSqlOutbox(Database database, PostgreSqlOutboxOptions options)
    {
        _database = database;
        _options = options;
        _logger = options.LoggerFactory?.CreateLogger<PostgreSqlOutbox>();
    }

    /// <summary>The schema that holds the outbox's tables.</summary>
    public string SchemaName => _options.Schema;

    /// <summary><see langword="true"/>: events stay in the database.</summary>
    public bool IsDurable => true;

    /// <summary>
    /// <see cref="PostgreSqlOutboxOptions.PollInterval"/>; after a minute without events at least 5 seconds.
    /// </summary>
    public TimeSpan PollInterval => _store?.PollInterval ?? _options.PollInterval;

    /// <summary>
    /// Why the statistics can't be read: the role only appends, or the outbox was closed before it was opened or while the database was down.
    /// </summary>
    public string? StatisticsUnavailableReason =>
        _isClosed && _store is null ? $"The outbox in {_database.Place} was closed before it was opened."
        : _isClosed && !_hasStatisticsAtClose ? AppendOnlyReason ?? $"The outbox in {_database.Place} was closed while its database couldn't be reached."
        : AppendOnlyReason;

    /// <summary>Why the process can only append: the rights that its role lacks. <see langword="null"/> if it can send, or isn't open yet.</summary>
    public string? AppendOnlyReason => _store?.AppendOnlyReason;

#pragma warning disable RS0026 // The overloads differ in a required parameter of another type, so a call is never ambiguous.
    /// <summary>
    /// Creates an outbox on a data source, which stays the caller's: it isn't disposed. This does no I/O. A tracker that gets the outbox opens it
    /// in the background; without a tracker, the first member that needs the database opens it.
    /// </summary>
    /// <param name="dataSource">The data source. One that <c>NpgsqlSlimDataSourceBuilder</c> builds needs <c>EnableArrays()</c>.</param>
    /// <param name="options">The outbox's options. They are copied: later changes have no effect.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static PostgreSqlOutbox Create(NpgsqlDataSource dataSource, PostgreSqlOutboxOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(dataSource);
        return Create(dataSource, isOwned: false, options);
    }

    /// <summary>
    /// Creates an outbox on a data source of its own, which is disposed with it. This does no I/O, as
    /// <see cref="Create(NpgsqlDataSource, PostgreSqlOutboxOptions?)"/>.
    /// </summary>
    /// <param name="connectionString">Npgsql's connection string, such as <c>Host=db;Username=app;Password=…;Database=shop</c>.</param>
    /// <param name="options">The outbox's options. They are copied: later changes have no effect.</param>
    /// <exception cref="ArgumentException">The connection string can't be read, or an option is out of range.</exception>
    public static PostgreSqlOutbox Create(string connectionString, PostgreSqlOutboxOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        options?.Validate();
        NpgsqlDataSource dataSource;
        try
        {
            var builder = new NpgsqlSlimDataSourceBuilder(connectionString);

            // The outbox leaves nothing in a session that would have to be reset each time a connection goes back to the pool.
            builder.ConnectionStringBuilder.NoResetOnClose = true;
            builder.EnableArrays();
            builder.EnableTransportSecurity();
            builder.EnableIntegratedSecurity();

            // Its pool has a timer that lives as long as it.
            dataSource = DetachedContext.Run(builder.Build);
        }
#pragma warning disable CA1031 // Npgsql's messages name what it couldn't read, and that may be a part of the password.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            throw new ArgumentException(
                $"Npgsql can't read the connection string ({exception.GetType().Name}). It isn't shown here, as it may contain a password: check its keywords and values, and put a value that contains ';', '=' or quotes in quotes.",
                nameof(connectionString));
        }

        return Create(dataSource, isOwned: true, options);
    }

    /// <summary>Creates an outbox, and opens it: checks the server, the role's rights and the schema, and creates the tables if they are missing.</summary>
    /// <param name="dataSource">The data source, which stays the caller's.</param>
    /// <param name="options">The outbox's options. They are copied: later changes have no effect.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="OutboxUnusableException">
    /// The server isn't PostgreSQL 13 or later, the role lacks a right, the schema isn't there or has a newer version, or the data source lacks
    /// arrays. The message names the remedy.
    /// </exception>
    /// <exception cref="NpgsqlException">The database can't be reached.</exception>
    public static Task<PostgreSqlOutbox> OpenAsync(NpgsqlDataSource dataSource, PostgreSqlOutboxOptions? options = null, CancellationToken cancellationToken = default) =>
        OpenAsync(Create(dataSource, options), cancellationToken);

    /// <inheritdoc cref="OpenAsync(NpgsqlDataSource, PostgreSqlOutboxOptions?, CancellationToken)" path="/*[not(self::param)]"/>
    /// <param name="connectionString">Npgsql's connection string.</param>
    /// <param name="options">The outbox's options. They are copied: later changes have no effect.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ArgumentException">The connection string can't be read, or an option is out of range.</exception>
    public static Task<PostgreSqlOutbox> OpenAsync(string connectionString, PostgreSqlOutboxOptions? options = null, CancellationToken cancellationToken = default) =>
        OpenAsync(Create(connectionString, options), cancellationToken);
#pragma warning restore RS0026

    /// <summary>
    /// The SQL that creates or upgrades the schema, for a database administrator, with the GRANT statements of a role that sends and of a role
    /// that only appends. A process then needs no right to create anything.
    /// </summary>
    /// <param name="schema">The schema: 1 to 63 bytes in UTF-8.</param>
    /// <param name="fromVersion">The version that the schema has, from the column <c>schema_version</c> of its table <c>outbox</c>; 0: it doesn't exist.</param>
    /// <exception cref="ArgumentException">The name isn't valid.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The version isn't one that this package knows.</exception>
    public static string GetScript(string schema = DefaultSchema, int fromVersion = 0)
    {
        if (!PostgreSqlOutboxOptions.IsSchemaName(schema))
        {
            throw new ArgumentException("The name of a schema has 1 to 63 bytes in UTF-8, without U+0000.", nameof(schema));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(fromVersion);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fromVersion, Schema.Version);
        return Schema.Script(schema, fromVersion);
    }

    /// <summary>
    /// Opens the outbox for a tracker: checks the server, the role's rights, the schema, the target and the lease. Without
    /// <see cref="PostgreSqlOutboxOptions.LoggerFactory"/> the outbox logs to the tracker's.
    /// </summary>
    /// <param name="opening">What the outbox has to know of its tracker.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="OutboxUnusableException">
    /// The outbox can't be used, however often it is tried: the lease is too short for the tracker, the outbox is for another target, or one of
    /// the reasons of <see cref="OpenAsync(NpgsqlDataSource, PostgreSqlOutboxOptions?, CancellationToken)"/>.
    /// </exception>
    /// <exception cref="NpgsqlException">The database can't be reached: a later attempt may succeed.</exception>
    public async ValueTask OpenAsync(OutboxOpening opening, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(opening);
        if (_options.LeaseDuration < opening.AttemptTimeout + LeaseMargin)
        {
            throw new OutboxUnusableException(
                string.Create(CultureInfo.InvariantCulture, $"PostgreSqlOutboxOptions.LeaseDuration must be at least EventTrackerOptions.AttemptTimeout + 5 s = {(opening.AttemptTimeout + LeaseMargin).TotalSeconds:0.###} s, but was {_options.LeaseDuration.TotalSeconds:0.###} s: a request could outlive the lease. Lengthen the lease or shorten the timeout."));
        }

        ILogger? logger = _options.LoggerFactory is null ? opening.LoggerFactory?.CreateLogger<PostgreSqlOutbox>() : null;
        OutboxStore store = await OpenAsync(logger, cancellationToken).ConfigureAwait(false);
        store.Senders.NoteAttemptTimeout(opening.AttemptTimeout);
        _wake = opening.Wake;
        if (store.AppendOnlyReason is null)
        {
            await store.Targets.BindAsync(opening.Target, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask AddTargetAsync(OutboxTarget target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        OutboxStore store = await GetStoreAsync(cancellationToken).ConfigureAwait(false);
        if (store.AppendOnlyReason is null)
        {
            await store.Targets.AddAsync(target, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<int> AppendAsync(IReadOnlyList<EventBlock> blocks, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        OutboxStore store = await GetStoreAsync(cancellationToken).ConfigureAwait(false);
        return blocks.Count == 0 ? 0 : await store.AppendAsync(blocks, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken)
    {
        OutboxStore store = await GetStoreAsync(cancellationToken).ConfigureAwait(false);
        return store.AppendOnlyReason is null ? await store.Senders.TryClaimAsync(cancellationToken).ConfigureAwait(false) : null;
    }

    /// <inheritdoc/>
    public async ValueTask<OutboxPositions> GetPositionsAsync(CancellationToken cancellationToken)
    {
        OutboxStore store = await GetStoreAsync(cancellationToken).ConfigureAwait(false);
        return store.AppendOnlyReason is null ? await store.GetPositionsAsync(cancellationToken).ConfigureAwait(false) : default;
    }

    /// <inheritdoc/>
    public async ValueTask<OutboxStatistics?> GetStatisticsAsync(CancellationToken cancellationToken)
    {
        if (_isClosed)
        {
            return _last;
        }

        OutboxStore store = await GetStoreAsync(cancellationToken).ConfigureAwait(false);
        return store.AppendOnlyReason is null ? await store.Statistics.ReadAsync(cancellationToken).ConfigureAwait(false) : null;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<long>?> CountPendingByPartitionAsync(CancellationToken cancellationToken)
    {
        OutboxStore store = await GetStoreAsync(cancellationToken).ConfigureAwait(false);
        return store.AppendOnlyReason is null ? await store.Inspector.CountPendingByPartitionAsync(cancellationToken).ConfigureAwait(false) : null;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<StoredEvent>> ListAsync(OutboxQuery query, int maxEvents, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxEvents, 1);
        OutboxStore store = await GetStoreAsync(cancellationToken).ConfigureAwait(false);
        return await store.Inspector.ListAsync(query, maxEvents, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<long> CountAsync(OutboxQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        OutboxStore store = await GetStoreAsync(cancellationToken).ConfigureAwait(false);
        return await store.Inspector.CountAsync(query, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<long> ReplayAsync(OutboxQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.State != StoredEventState.DeadLetter)
        {
            throw new ArgumentException("Only dead letters can be replayed; pending events are sent automatically. Use OutboxQuery.DeadLetters.", nameof(query));
        }

        OutboxStore store = await GetStoreAsync(cancellationToken).ConfigureAwait(false);
        long replayed = await store.Inspector.ReplayAsync(query, cancellationToken).ConfigureAwait(false);
        store.NoteChanged();
        await store.EnforceCapAsync(cancellationToken).ConfigureAwait(false);
        return replayed;
    }

    /// <inheritdoc/>
    public async ValueTask<long> PurgeAsync(OutboxQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        OutboxStore store = await GetStoreAsync(cancellationToken).ConfigureAwait(false);
        return await store.Inspector.PurgeAsync(query, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<RegisteredUser>> FindUsersAsync(IReadOnlyList<EngageUser> users, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(users);
        OutboxStore store = await GetStoreAsync(cancellationToken).ConfigureAwait(false);
        return await store.Users.FindAsync(users, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask SaveUsersAsync(IReadOnlyList<RegisteredUser> users, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(users);
        OutboxStore store = await GetStoreAsync(cancellationToken).ConfigureAwait(false);
        await store.Users.SaveAsync(users, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Delivers events at once that otherwise the next poll would find: call it after the commit of a transaction in which events were tracked. It does
    /// nothing if this process doesn't send.
    /// </summary>
    public void Wake()
    {
        _store?.NoteChanged();
        _wake?.Invoke();
    }

    /// <summary>Describes the outbox for support: the pending events of each partition, the senders, and what keeps VACUUM from its work.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The description; its <c>ToString</c> shows all of it.</returns>
    /// <exception cref="InvalidOperationException">The role only appends, and may not read: <see cref="AppendOnlyReason"/> names the rights that it lacks.</exception>
    /// <exception cref="NpgsqlException">The database can't be reached.</exception>
    public async Task<PostgreSqlOutboxDescription> DescribeAsync(CancellationToken cancellationToken = default)
    {
        OutboxStore store = await GetStoreAsync(cancellationToken).ConfigureAwait(false);
        return store.AppendOnlyReason is { } reason
            ? throw new InvalidOperationException(reason)
            : await store.DescribeAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Ends the use of the outbox by this process, and an opening that is in progress: others take over its partitions at once. Its events stay in
    /// the database. A second call changes nothing.
    /// </summary>
    /// <returns>The last statistics; <see langword="null"/> as <see cref="StatisticsUnavailableReason"/> says.</returns>
    public async ValueTask<OutboxStatistics?> CloseAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _opening.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_isClosed)
            {
                return _last;
            }

            if (_store is { } store)
            {
                await store.DisposeAsync().ConfigureAwait(false);
                _last = await ReadLastAsync(store).ConfigureAwait(false);
                _hasStatisticsAtClose = _last is not null;
            }

            _isClosed = true;
            await _database.DisposeAsync().ConfigureAwait(false);
            return _last;
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Closes the outbox. Its events stay in the database.</summary>
    public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);

    /// <summary>The open outbox. The first call opens it.</summary>
    internal ValueTask<OutboxStore> GetStoreAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        return _store is { } store ? ValueTask.FromResult(store) : OpenAsync(logger: null, cancellationToken);
    }

    private static PostgreSqlOutbox Create(NpgsqlDataSource dataSource, bool isOwned, PostgreSqlOutboxOptions? options)
    {
        options = options?.Copy() ?? new PostgreSqlOutboxOptions();
        options.Validate();
        return new PostgreSqlOutbox(new Database(dataSource, isOwned), options);
    }

    private static async Task<PostgreSqlOutbox> OpenAsync(PostgreSqlOutbox outbox, CancellationToken cancellationToken)
    {
        try
        {
            await outbox.GetStoreAsync(cancellationToken).ConfigureAwait(false);
            return outbox;
        }
        catch
        {
            await outbox.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <param name="logger">A logger, for an outbox that has none.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    private async ValueTask<OutboxStore> OpenAsync(ILogger? logger, CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            _logger ??= logger;
            if (_store is { } open)
            {
                open.Logger ??= _logger;
                return open;
            }

            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
            (ServerFacts facts, string? appendOnlyReason) = await new SchemaOpener(_database, _options).OpenAsync(either.Token).ConfigureAwait(false);
            if (appendOnlyReason is not null && _logger is not null)
            {
                Log.AppendOnly(_logger, appendOnlyReason);
            }

            return _store = new OutboxStore(_database, _options, facts, appendOnlyReason, _logger);
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(PostgreSqlOutbox), $"The outbox in {_database.Place} was closed while it was being opened.");
        }
        finally
        {
            _opening.Release();
        }
    }

    private static async ValueTask<OutboxStatistics?> ReadLastAsync(OutboxStore store)
    {
        if (store.AppendOnlyReason is not null)
        {
            return null;
        }

        try
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            return await store.Statistics.ReadAsync(timeout.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The database may be down: StatisticsUnavailableReason says so.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }
}
