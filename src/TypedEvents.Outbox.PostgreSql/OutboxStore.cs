using Microsoft.Extensions.Logging;

namespace TypedEvents.Outbox.PostgreSql;

/// <summary>An outbox that is open: the parts that its members use.</summary>
internal sealed class OutboxStore : IAsyncDisposable
{
    /// <summary>After this time without events a process looks for new ones less often.</summary>
    private static readonly TimeSpan IdleAfter = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan IdlePollInterval = TimeSpan.FromSeconds(5);

    /// <summary>The ledger is folded after this many rows, or this time.</summary>
    private const int FoldRows = 5000;

    private static readonly TimeSpan FoldInterval = TimeSpan.FromMinutes(1);

    /// <summary>How often the figures of the metrics are read.</summary>
    private static readonly TimeSpan DescriptionInterval = TimeSpan.FromSeconds(30);

    private readonly PostgreSqlOutboxOptions _options;
    private readonly EventAppender _appender;
    private readonly CapKeeper _cap;
    private long _version;
    private long _activeAt;
    private long _lookedForFreeAt;
    private long _foldedAt;
    private long _describedAt;

    public OutboxStore(Database database, PostgreSqlOutboxOptions options, ServerFacts facts, string? appendOnlyReason, ILogger? logger)
    {
        _options = options;
        Database = database;
        AppendOnlyReason = appendOnlyReason;
        Logger = logger;
        Sql = new EventSql(options.Schema, options.EventClock);
        Statistics = new StatisticsReader(database, Sql);
        Limits = new OutboxLimits(Statistics, options.MaxBytes, options.LeaseClock);
        Inspector = new EventInspector(database, Sql, Limits);
        Users = new UserTable(database, Sql, options.MaxUsers);
        Targets = new TargetColumn(database, options.Schema);
        Senders = new SenderService(this, options.LeaseDuration, options.LeaseClock);
        _appender = new EventAppender(database, Sql, options.AllowAsynchronousCommit);
        _cap = new CapKeeper(database, Sql, Limits, options.MaxDeadLetterBytes);
        _activeAt = _foldedAt = Clock.GetTimestamp();
        OutboxMeter.Add(this);
    }

    public Database Database { get; }

    public EventSql Sql { get; }

    public EventRow Rows { get; } = new();

    public StatisticsReader Statistics { get; }

    public OutboxLimits Limits { get; }

    public EventInspector Inspector { get; }

    public UserTable Users { get; }

    public TargetColumn Targets { get; }

    public SenderService Senders { get; }

    public ILogger? Logger { get; set; }

    public TimeProvider Clock => _options.LeaseClock;

    public string Place => Database.Place;

    public string SchemaName => _options.Schema;

    /// <summary>The last description that was read for the metrics; <see langword="null"/>: nobody listened yet.</summary>
    public PostgreSqlOutboxDescription? LastDescription { get; private set; }

    /// <summary>Why this process can only append; <see langword="null"/> where it can send.</summary>
    public string? AppendOnlyReason { get; }

    /// <summary>Rises with what this process appends, so that what a read found before doesn't answer one after it.</summary>
    public long Version => Interlocked.Read(ref _version);

    public TimeSpan PollInterval =>
        Clock.GetElapsedTime(Volatile.Read(ref _activeAt)) > IdleAfter && _options.PollInterval < IdlePollInterval ? IdlePollInterval : _options.PollInterval;

    /// <summary>Events were found or appended.</summary>
    public void NoteActive() => Volatile.Write(ref _activeAt, Clock.GetTimestamp());

    /// <summary>There may be events that a read just before couldn't see.</summary>
    public void NoteChanged() => Interlocked.Increment(ref _version);

    /// <summary>Whether it is time to look for partitions that nobody sends; then it isn't again before the next poll.</summary>
    public bool IsFreeLookDue()
    {
        long now = Clock.GetTimestamp();
        long looked = Interlocked.Read(ref _lookedForFreeAt);
        return (looked == 0 || Clock.GetElapsedTime(looked, now) >= _options.PollInterval)
            && Interlocked.CompareExchange(ref _lookedForFreeAt, now, looked) == looked;
    }

    public async ValueTask<int> AppendAsync(IReadOnlyList<EventBlock> blocks, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        int count = AppendOnlyReason is null ? await Limits.CountFittingAsync(blocks, cancellationToken).ConfigureAwait(false) : blocks.Count;
        if (count == 0)
        {
            return 0;
        }

        await Database.RunAsync(_appender.Append(blocks, count), cancellationToken).ConfigureAwait(false);
        NoteActive();
        NoteChanged();
        if (AppendOnlyReason is null)
        {
            Limits.Note(Sum(blocks, count, static block => block.Count), Sum(blocks, count, static block => block.Length));
            await TryKeepAsync(cancellationToken).ConfigureAwait(false);
        }

        return count;
    }

    /// <summary>The statement that appends a block within a transaction of the application, if there is room for it.</summary>
    /// <param name="block">The events.</param>
    /// <param name="transactionId">The id of the only transaction in which it inserts anything; <see langword="null"/>: any.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async ValueTask<Command?> PrepareInTransactionAsync(EventBlock block, string? transactionId, CancellationToken cancellationToken) =>
        AppendOnlyReason is not null || await Limits.CountFittingAsync([block], cancellationToken).ConfigureAwait(false) == 1
            ? _appender.AppendInTransaction(block, transactionId)
            : null;

    /// <summary>Evicts the oldest of dead letters and held events while they are over their cap.</summary>
    public ValueTask EnforceCapAsync(CancellationToken cancellationToken) => _cap.EnforceAsync(cancellationToken);

    public ValueTask<OutboxPositions> GetPositionsAsync(CancellationToken cancellationToken)
    {
        NoteChanged();
        return new PositionReader(Database, Sql).ReadAsync(Senders.ClaimedPartitions, cancellationToken);
    }

    public ValueTask<PostgreSqlOutboxDescription> DescribeAsync(CancellationToken cancellationToken) =>
        new OutboxDescriber(this, _options.Schema).DescribeAsync(cancellationToken);

    /// <summary>Ends the use of the outbox by this process.</summary>
    public async ValueTask DisposeAsync()
    {
        OutboxMeter.Remove(this);
        await Senders.DisposeAsync().ConfigureAwait(false);
        Limits.Dispose();
    }

    /// <summary>
    /// Does what is to be done now and then: it evicts held events over the cap, folds the ledger, and reads the figures of the metrics. A
    /// failure isn't one of what was done before, and the next heartbeat or append tries again.
    /// </summary>
    public async ValueTask TryKeepAsync(CancellationToken cancellationToken)
    {
        try
        {
            OutboxSizes sizes = await Limits.GetAsync(cancellationToken).ConfigureAwait(false);
            if (sizes.HasHeldNames || sizes.AsideBytes > _options.MaxDeadLetterBytes)
            {
                await EnforceCapAsync(cancellationToken).ConfigureAwait(false);
            }

            long folded = Interlocked.Read(ref _foldedAt);
            if ((sizes.LedgerRows > FoldRows || Clock.GetElapsedTime(folded) > FoldInterval)
                && Interlocked.CompareExchange(ref _foldedAt, Clock.GetTimestamp(), folded) == folded)
            {
                await Database.RunAsync(Statistics.Fold, cancellationToken).ConfigureAwait(false);
                Limits.Invalidate();
            }

            if (OutboxMeter.IsObserved && (LastDescription is null || Clock.GetElapsedTime(_describedAt) >= DescriptionInterval))
            {
                _describedAt = Clock.GetTimestamp();
                LastDescription = await DescribeAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is Npgsql.NpgsqlException or TimeoutException or OperationCanceledException)
        {
            if (Logger is { } logger)
            {
                Log.NotKept(logger, Place, exception);
            }
        }
    }

    private static long Sum(IReadOnlyList<EventBlock> blocks, int count, Func<EventBlock, int> of)
    {
        long sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += of(blocks[i]);
        }

        return sum;
    }
}
