namespace TypedEvents.Outbox.PostgreSql;

/// <summary>
/// A registration in <c>senders</c> as this process knows it: the row is the lease, and its id is never used again. How long the lease is sure
/// counts from before the heartbeat was sent, by the monotonic clock and the wall clock, whichever is over first: a virtual machine that was
/// suspended may know it by the latter only.
/// </summary>
internal sealed class SenderLease(Guid sender, TimeSpan duration, TimeProvider clock)
{
    /// <summary>What may pass between the clocks of the process and the database, and what ending a request takes.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    private readonly object _lock = new();
    private long _sentTimestamp;
    private DateTimeOffset _sentAt;
    private bool _hasEnded = true;

    public Guid Sender => sender;

    public TimeSpan Duration => duration;

    /// <summary>How long nobody else can get the partitions; zero or less: somebody may have them.</summary>
    public TimeSpan SureFor
    {
        get
        {
            lock (_lock)
            {
                if (_hasEnded)
                {
                    return TimeSpan.Zero;
                }

                TimeSpan monotonic = clock.GetElapsedTime(_sentTimestamp);
                TimeSpan wall = clock.GetUtcNow() - _sentAt;
                return duration - Margin - (monotonic > wall ? monotonic : wall);
            }
        }
    }

    /// <summary>The moment from which a heartbeat that is sent now counts.</summary>
    public (long Timestamp, DateTimeOffset Time) Now => (clock.GetTimestamp(), clock.GetUtcNow());

    /// <summary>The database renewed the lease.</summary>
    public void NoteRenewed((long Timestamp, DateTimeOffset Time) sent)
    {
        lock (_lock)
        {
            (_sentTimestamp, _sentAt) = sent;
            _hasEnded = false;
        }
    }

    /// <summary>The lease is over: nothing is sent or settled under it any more.</summary>
    public void End()
    {
        lock (_lock)
        {
            _hasEnded = true;
        }
    }
}
