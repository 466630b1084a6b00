using Microsoft.Data.Sqlite;

namespace TypedEvents.Outbox.Sqlite;

/// <content>Replay and purge, and what is done with rows that can't be read.</content>
internal sealed partial class EventTable
{
    /// <summary>Makes dead letters pending again, oldest first, while there is room.</summary>
    /// <param name="query">The dead letters to replay.</param>
    /// <param name="maxEvents">The maximum number of events.</param>
    /// <param name="now">The current time.</param>
    /// <param name="hasMore">Whether there may be more that fit.</param>
    /// <returns>The number of replayed events.</returns>
    public int Replay(OutboxQuery query, int maxEvents, long now, out bool hasMore)
    {
        IReadOnlySet<string> held = _heldNames.Read();
        List<(EventFacts Facts, string Name)> found = [];
        using (Statement select = _database.PrepareOnce(
            $"SELECT {EventFacts.Columns}, name FROM events WHERE {QuerySql.Condition(query)} ORDER BY position LIMIT {maxEvents}"))
        {
            QuerySql.Bind(select, query);
            while (select.Step())
            {
                found.Add((EventFacts.From(select), select.Text(EventFacts.ColumnCount)!));
            }
        }

        using Statement move = _database.PrepareOnce(
            "UPDATE events SET position = ?2, state = ?3, appended_at = ?4, kind = NULL, code = NULL, message = NULL WHERE position = ?1");
        int replayed = 0;
        foreach ((EventFacts deadLetter, string name) in found)
        {
            bool isHeld = held.Contains(name);
            if (!isHeld && !HasRoomFor(deadLetter.Bytes))
            {
                break;
            }

            EventFacts pending = deadLetter with { Position = ++Counters.LastPosition, State = isHeld ? EventState.Held : EventState.Waiting, MessageBytes = 0 };
            move.Bind(1, deadLetter.Position).Bind(2, pending.Position).Bind(3, (long)pending.State).Bind(4, now).Run();
            Counters.Remove(deadLetter);
            Counters.AddPending(pending);
            replayed++;
        }

        hasMore = replayed == maxEvents;
        return replayed;
    }

    /// <summary>Permanently removes events, oldest first.</summary>
    /// <returns>The number of removed events: <paramref name="maxEvents"/> if there may be more.</returns>
    public int Purge(OutboxQuery query, int maxEvents)
    {
        List<EventFacts> found = [];
        using (Statement select = _database.PrepareOnce(
            $"SELECT {EventFacts.Columns} FROM events WHERE {QuerySql.Condition(query)} ORDER BY position LIMIT {maxEvents}"))
        {
            QuerySql.Bind(select, query);
            while (select.Step())
            {
                found.Add(EventFacts.From(select));
            }
        }

        foreach (EventFacts stored in found)
        {
            Remove(stored);
        }

        Counters.Purged += found.Count;
        return found.Count;
    }

    /// <summary>Whether there is an event, in whatever state, that is stored under this id of a user.</summary>
    public bool HasAny(EngageUser user)
    {
        using Statement select = _database.PrepareOnce($"SELECT EXISTS (SELECT * FROM events WHERE {QuerySql.OfUser(user)})");
        QuerySql.BindUser(select, user);
        return select.Step() && select.Int64(0) != 0;
    }

    /// <summary>
    /// Dead-letters rows that can't be read as events. Each row is read once more without an index: a damaged index may have returned an
    /// intact row in place of another one.
    /// </summary>
    /// <exception cref="SqliteException">An index is damaged.</exception>
    /// <returns>Those that were dead-lettered; another process may have done so with the others.</returns>
    public IReadOnlyList<UnreadableEvent> SetUnreadableAside(IEnumerable<UnreadableEvent> events)
    {
        List<UnreadableEvent> setAside = [];
        using Statement select = _database.PrepareOnce($"SELECT {EventRow.Columns} FROM events NOT INDEXED WHERE position = ?1");
        foreach (UnreadableEvent unreadable in events)
        {
            string? fault = null;
            try
            {
                if (select.Bind(1, unreadable.Position).Step() && new EventRow(select) is { State: not (long)EventState.DeadLetter } row)
                {
                    fault = row.FindFault(out _) ?? throw new SqliteException("An index entry points to a wrong row.", SQLitePCL.raw.SQLITE_CORRUPT);
                }
            }
            finally
            {
                select.Reset();
            }

            if (fault is not null && FindPending(unreadable.Position) is { } pending)
            {
                _outbox.NoteDoubt();
                SetAside(pending, new DeadLetterReason(DeadLetterKind.Unreadable, null, fault));
                setAside.Add(unreadable);
            }
        }

        EvictOverCap();
        return setAside;
    }
}
