namespace TypedEvents.Outbox.Sqlite;

/// <summary>The one row of the table "outbox": the counters, and what is known of the file as a whole.</summary>
internal sealed class OutboxTable
{
    private readonly Database _database;
    private readonly Statement _readCounters;
    private readonly Statement _writeCounters;
    private readonly Statement _readBinding;
    private OutboxCounters _counters;
    private OutboxCounters _committed;

    public OutboxTable(Database database)
    {
        _database = database;
        _readCounters = database.Prepare($"SELECT {OutboxCounters.Columns} FROM outbox");
        _writeCounters = database.Prepare(OutboxCounters.Update);
        _readBinding = database.Prepare("SELECT binding FROM outbox");
    }

    /// <summary>The counters in the change that is being made.</summary>
    public ref OutboxCounters Counters => ref _counters;

    /// <summary>Whether another connection has changed the counters since this one's last change.</summary>
    public bool HasFoundChanges { get; private set; }

    /// <summary>The statistics after the last change of this connection; <see langword="null"/> before the first one.</summary>
    public OutboxStatistics? LastStatistics => _committed == default ? null : _committed.ToOutboxStatistics();

    public void ReadCounters()
    {
        _counters = OutboxCounters.From(_readCounters);
        HasFoundChanges = _counters != _committed;
    }

    public void WriteCounters() => _counters.WriteTo(_writeCounters);

    public void NoteCommitted() => _committed = _counters;

    public void NoteDoubt() => _database.Execute("UPDATE outbox SET is_doubtful = 1");

    /// <exception cref="IOException">The file was bound to another target since a tracker of this process bound it.</exception>
    public void ThrowUnlessBoundAs(long binding)
    {
        try
        {
            if (!_readBinding.Step() || _readBinding.Int64(0) != binding)
            {
                throw new IOException(
                    "The outbox was bound to another project while this process had it open without file locks, so its events are not appended: they would be sent to that project. End this process, and let it use a separate file.");
            }
        }
        finally
        {
            _readBinding.Reset();
        }
    }
}
