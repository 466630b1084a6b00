namespace TypedEvents.Outbox.PostgreSql;

/// <summary>
/// How far a partition was read under a claim. The invariant: every event visible in <see cref="Snapshot"/> at or below <see cref="Cursor"/> was
/// handed out or is held. An event that is committed later is one that the snapshot couldn't see, so the next read finds it, whatever
/// transactions are open.
/// </summary>
internal sealed class PartitionReading(int partition, PartitionFloor? floor)
{
    /// <summary>The value of <see cref="EndedAfter"/> while the last read had more behind it.</summary>
    private const long NotEnded = -1;

    public int Partition => partition;

    public long Cursor { get; private set; }

    /// <summary><see langword="null"/>: nothing was read yet, so nothing can be late.</summary>
    public string? Snapshot { get; private set; }

    /// <summary>Where a read from the beginning starts, if that is known.</summary>
    public PartitionFloor? Floor { get; set; } = floor;

    /// <summary>The position after which the last read found nothing more up to <see cref="Cursor"/>: events on hold may lie between.</summary>
    private long EndedAfter { get; set; } = NotEnded;

    /// <summary>The version of the outbox for which a probe found nothing behind the cursor; it answers one read.</summary>
    public long ProbedEmptyAt { get; set; } = NotEnded;

    /// <summary>Whether the last read ended after a position, so that only what is behind the cursor or late can be new.</summary>
    public bool HasEndedAfter(long position) => EndedAfter == position && Snapshot is not null;

    public bool IsIdle => EndedAfter >= 0 && Snapshot is not null;

    /// <summary>A probe found nothing new.</summary>
    public void NoteEmpty(string snapshot) => Snapshot = snapshot;

    /// <summary>An event became visible late: the partition is read again from it on.</summary>
    public void NoteLate(long position, string snapshot)
    {
        Cursor = position - 1;
        Snapshot = snapshot;
        EndedAfter = NotEnded;
    }

    /// <summary>Events were handed out up to a position, and there are more.</summary>
    public void NoteRead(long last, string snapshot)
    {
        Cursor = last;
        Snapshot = snapshot;
        EndedAfter = NotEnded;
    }

    /// <summary>Events were handed out up to a position, and what lies behind it up to the top is on hold.</summary>
    public void NoteEnd(long last, long top, string snapshot)
    {
        Cursor = Math.Max(last, top);
        Snapshot = snapshot;
        EndedAfter = last;
    }

    /// <summary>Names were released: their events lie at or below the cursor.</summary>
    public void NoteReleased() => EndedAfter = NotEnded;
}
