namespace TypedEvents.Outbox.Sqlite;

/// <summary>The row that counts the events in each state. It is read when a change begins, and written back in the same transaction.</summary>
internal record struct OutboxCounters
{
    public const string Columns =
        "last_position, appended, delivered, pending, waiting_for_user, dead_letters, evicted, purged, waiting_bytes, aside_bytes";

    public const string Update = """
        UPDATE outbox SET last_position = ?1, appended = ?2, delivered = ?3, pending = ?4, waiting_for_user = ?5, dead_letters = ?6,
          evicted = ?7, purged = ?8, waiting_bytes = ?9, aside_bytes = ?10
        """;

    public long LastPosition;
    public long Appended;
    public long Delivered;
    public long Pending;
    public long PendingRegistration;
    public long DeadLetters;
    public long Evicted;
    public long Purged;

    /// <summary>The size of the pending events that aren't held: <see cref="EventFacts.TotalBytes"/>.</summary>
    public long PendingBytes;

    /// <summary>The JSON bytes of held events and dead letters.</summary>
    public long AsideBytes;

    /// <summary>Reads the counters from a statement with <see cref="Columns"/>.</summary>
    public static OutboxCounters From(Statement select)
    {
        try
        {
            select.Step();
            return new OutboxCounters
            {
                LastPosition = select.Int64(0),
                Appended = select.Int64(1),
                Delivered = select.Int64(2),
                Pending = select.Int64(3),
                PendingRegistration = select.Int64(4),
                DeadLetters = select.Int64(5),
                Evicted = select.Int64(6),
                Purged = select.Int64(7),
                PendingBytes = select.Int64(8),
                AsideBytes = select.Int64(9),
            };
        }
        finally
        {
            select.Reset();
        }
    }

    /// <summary>Writes the counters with a statement of <see cref="Update"/>.</summary>
    public readonly void WriteTo(Statement update) =>
        update
            .Bind(1, LastPosition).Bind(2, Appended).Bind(3, Delivered).Bind(4, Pending).Bind(5, PendingRegistration)
            .Bind(6, DeadLetters).Bind(7, Evicted).Bind(8, Purged).Bind(9, PendingBytes).Bind(10, AsideBytes)
            .Run();

    /// <summary>Counts an event that became pending.</summary>
    public void AddPending(EventFacts added)
    {
        Pending++;
        PendingRegistration += added.HasExternalId ? 1 : 0;
        AddBytes(added, added.TotalBytes);
    }

    /// <summary>Counts an event that is no longer pending or a dead letter.</summary>
    public void Remove(EventFacts removed)
    {
        if (removed.State == EventState.DeadLetter)
        {
            DeadLetters--;
        }
        else
        {
            Pending--;

            // A row may have changed on the disk since it was counted.
            PendingRegistration = Math.Max(0, PendingRegistration - (removed.HasExternalId ? 1 : 0));
        }

        AddBytes(removed, -removed.TotalBytes);
    }

    /// <summary>Counts pending events that were delivered.</summary>
    public void RemoveDelivered(EventSums removed)
    {
        Delivered += removed.Events;
        Pending -= removed.Events;
        PendingRegistration = Math.Max(0, PendingRegistration - removed.WithExternalId);
        PendingBytes -= removed.WaitingBytes;
        AsideBytes -= removed.AsideBytes;
    }

    public void AddDeadLetter(EventFacts added)
    {
        DeadLetters++;
        AsideBytes += added.TotalBytes;
    }

    public readonly OutboxStatistics ToOutboxStatistics() => new()
    {
        Appended = Appended,
        Delivered = Delivered,
        Pending = Pending,
        PendingRegistration = PendingRegistration,
        DeadLetters = DeadLetters,
        Discarded = new DiscardedEvents { Evicted = Evicted, Purged = Purged },
    };

    private void AddBytes(EventFacts changed, long bytes)
    {
        if (changed.State == EventState.Waiting)
        {
            PendingBytes += bytes;
        }
        else
        {
            AsideBytes += bytes;
        }
    }
}
