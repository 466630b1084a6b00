using System.Globalization;

namespace TypedEvents.Outbox.Sqlite;

/// <content>Names on hold, and the expiry, which concerns held events too.</content>
internal sealed partial class EventTable
{
    private readonly TextCache _names = new();

    public void Hold(string name)
    {
        if (_heldNames.Read().Contains(name))
        {
            return;
        }

        _heldNames.Add(name);
        long bytes = Move(name, StateSql.IsWaiting, StateSql.Held);
        Counters.PendingBytes -= bytes;
        Counters.AsideBytes += bytes;
        EvictOverCap();
    }

    public void Release(string name)
    {
        _heldNames.Remove(name);
        long bytes = Move(name, StateSql.IsHeld, StateSql.Waiting);
        Counters.PendingBytes += bytes;
        Counters.AsideBytes -= bytes;
    }

    /// <summary>Dead-letters pending events that were appended before a given time, oldest first.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="before">Events appended before this time expire.</param>
    /// <param name="maxEvents">The maximum number of events.</param>
    /// <param name="events">Receives the expired events that can be read; <see langword="null"/> if nobody asks for them.</param>
    /// <returns>Whether there may be more than <paramref name="maxEvents"/>.</returns>
    public bool Expire(int partition, long before, int maxEvents, List<OutboxEvent>? events)
    {
        List<EventFacts> expired = [];
        FindExpired(EventState.Waiting, $"{StateSql.IsWaiting} AND partition = {partition}", null);
        foreach (string name in _heldNames.Read())
        {
            FindExpired(EventState.Held, $"{StateSql.IsHeld} AND name = ?1", name);
        }

        var reason = new DeadLetterReason(DeadLetterKind.Expired);
        if (events is not null)
        {
            Read(expired, events);
        }

        foreach (EventFacts pending in expired)
        {
            SetAside(pending, reason);
        }

        EvictOverCap();
        return expired.Count >= maxEvents;

        // Looks at all of them, not only up to the first that isn't old enough: one that was appended while the clock was ahead may precede
        // older ones.
        void FindExpired(EventState state, string which, string? name)
        {
            using Statement select = _database.PrepareOnce(
                $"SELECT {EventFacts.Columns}, partition FROM events WHERE {which} AND appended_at < {before.ToString(CultureInfo.InvariantCulture)} ORDER BY position");
            if (name is not null)
            {
                select.Bind(1, name);
            }

            while (expired.Count < maxEvents && select.Step())
            {
                EventFacts found = EventFacts.From(select);
                ThrowUnless(found.State == state);
                if (select.Int64(EventFacts.ColumnCount) == partition)
                {
                    expired.Add(found);
                }
            }
        }
    }

    /// <summary>
    /// Gives the events of a name another state. Without the indexes: one that is damaged might return a dead letter, which would become
    /// pending.
    /// </summary>
    /// <returns>Their size.</returns>
    private long Move(string name, string from, string to)
    {
        using Statement sum = _database.PrepareOnce($"SELECT sum({EventFacts.BytesColumn}) FROM events NOT INDEXED WHERE {from} AND name = ?1");
        sum.Bind(1, name).Step();
        long bytes = sum.Int64(0);
        sum.Reset();
        using Statement update = _database.PrepareOnce($"UPDATE events NOT INDEXED SET state = {to} WHERE {from} AND name = ?1");
        update.Bind(1, name).Run();
        return bytes;
    }

    /// <summary>Reads the events of which one can be made: the others become dead letters all the same.</summary>
    private void Read(List<EventFacts> found, List<OutboxEvent> events)
    {
        using Statement select = _database.PrepareOnce($"SELECT {EventRow.Columns} FROM events WHERE position = ?1");
        foreach (EventFacts one in found)
        {
            try
            {
                if (!select.Bind(1, one.Position).Step())
                {
                    continue;
                }

                var row = new EventRow(select);
                if (row.FindFault(out EngageUser user) is null)
                {
                    events.Add(row.ToEvent(user, _names));
                }
            }
            finally
            {
                select.Reset();
            }
        }
    }
}
