namespace TypedEvents.Outbox.Sqlite;

/// <summary>
/// All changes to the file, on one connection: each is made through its table, between <see cref="TryBegin"/> and <see cref="Commit"/>, and the
/// counters are updated in the same transaction. Not thread-safe.
/// </summary>
internal sealed class StoreWriter : IDisposable
{
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly OutboxTable _outbox;

    public StoreWriter(Database database, SqliteOutboxOptions options)
    {
        Database = database;

        // The caller waits for other processes asynchronously between attempts.
        database.Execute("PRAGMA busy_timeout = 0");

        // IMMEDIATE: a transaction that starts as a read and becomes a write can fail because another one was faster.
        _begin = database.Prepare("BEGIN IMMEDIATE");
        _commit = database.Prepare("COMMIT");
        _outbox = new OutboxTable(database);
        Events = new EventTable(database, _outbox, options.MaxBytes, options.MaxDeadLetterBytes);
        Users = new UserTable(database, options.MaxUsers);
        Targets = new TargetTable(database, _outbox);
    }

    /// <summary>The connection.</summary>
    public Database Database { get; }

    public EventTable Events { get; }

    public UserTable Users { get; }

    public TargetTable Targets { get; }

    /// <summary>Whether another connection has changed the file since this one's last change.</summary>
    public bool HasFoundChanges => _outbox.HasFoundChanges;

    /// <summary>The statistics after the last change of this connection; <see langword="null"/> before the first one.</summary>
    public OutboxStatistics? LastStatistics => _outbox.LastStatistics;

    /// <summary>The last assigned position.</summary>
    public long LastPosition => _outbox.Counters.LastPosition;

    /// <returns>Whether the change may begin; <see langword="false"/> while another connection is making one.</returns>
    public bool TryBegin()
    {
        if (!_begin.TryRun())
        {
            return false;
        }

        try
        {
            _outbox.ReadCounters();
            return true;
        }
        catch
        {
            Database.Rollback();
            throw;
        }
    }

    /// <summary>Makes the change durable.</summary>
    public void Commit()
    {
        _outbox.WriteCounters();
        _commit.Run();
        _outbox.NoteCommitted();
    }

    public void Rollback() => Database.Rollback();

    /// <summary>Records that damage was found: the next process that has the file alone checks it completely, however it was closed.</summary>
    public void NoteDoubt() => _outbox.NoteDoubt();

    /// <summary>Rebuilds the indexes and the counters from the rows.</summary>
    public void Repair()
    {
        Database.Execute("REINDEX");
        _outbox.Counters = StoreRepair.Recount(Database, _outbox.Counters);
    }

    public void Dispose() => Database.Dispose();
}
