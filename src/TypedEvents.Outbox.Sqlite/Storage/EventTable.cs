using Microsoft.Data.Sqlite;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>
/// The table "events". Each change of a row is counted in the same transaction, and leaves held events and dead letters together within their
/// cap.
/// </summary>
internal sealed partial class EventTable
{
    private readonly Database _database;
    private readonly OutboxTable _outbox;
    private readonly HeldNameTable _heldNames;
    private readonly Statement _insert;
    private readonly Statement _findPending;
    private readonly Statement _sumPending;
    private readonly Statement _deletePending;
    private readonly Statement _delete;
    private readonly Statement _setAside;
    private readonly Statement _oldestAside;
    private readonly List<(BufferedEvent Event, long Bytes)> _unpacked = [];
    private readonly List<long> _settled = [];
    private readonly long _maxBytes;
    private readonly long _maxDeadLetterBytes;

    public EventTable(Database database, OutboxTable outbox, long maxBytes, long maxDeadLetterBytes)
    {
        _database = database;
        _outbox = outbox;
        _heldNames = new HeldNameTable(database);
        _maxBytes = maxBytes;
        _maxDeadLetterBytes = maxDeadLetterBytes;
        _insert = database.Prepare("""
            INSERT INTO events (position, partition, state, name, app_key, identity_name, own_id, appended_at, checksum, json)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            """);
        _findPending = database.Prepare($"SELECT {EventFacts.Columns} FROM events WHERE position = ?1 AND {StateSql.IsPending}");
        _sumPending = database.Prepare($"SELECT {EventSums.Columns} FROM events WHERE position BETWEEN ?1 AND ?2 AND {StateSql.IsPending}");
        _deletePending = database.Prepare($"DELETE FROM events WHERE position BETWEEN ?1 AND ?2 AND {StateSql.IsPending}");
        _delete = database.Prepare("DELETE FROM events WHERE position = ?1");

        // The casts repair a value whose type changed on the disk: SQLite rejects every update of a row with a value of the wrong type.
        _setAside = database.Prepare($"""
            UPDATE events SET state = {StateSql.DeadLetter}, kind = ?2, code = ?3, message = ?4, partition = CAST(partition AS INTEGER), name = CAST(name AS TEXT),
              app_key = CAST(app_key AS TEXT), identity_name = CAST(identity_name AS TEXT), own_id = CAST(own_id AS TEXT),
              appended_at = CAST(appended_at AS INTEGER), checksum = CAST(checksum AS INTEGER), json = CAST(json AS BLOB)
            WHERE position = ?1
            """);
        _oldestAside = database.Prepare($"SELECT {EventFacts.Columns} FROM events WHERE {StateSql.IsAside} ORDER BY position LIMIT 1");
    }

    private ref OutboxCounters Counters => ref _outbox.Counters;

    /// <param name="blocks">The events.</param>
    /// <param name="now">The current time.</param>
    /// <param name="binding">The binding that the events are for; <see langword="null"/> if no tracker has bound the file.</param>
    /// <returns>The number of blocks that were appended; the rest had no room.</returns>
    /// <exception cref="IOException">The file was bound to another target.</exception>
    public int Append(IReadOnlyList<EventBlock> blocks, long now, long? binding)
    {
        if (binding is { } expected)
        {
            _outbox.ThrowUnlessBoundAs(expected);
        }

        IReadOnlySet<string> held = _heldNames.Read();
        int taken = 0;
        while (taken < blocks.Count && HasRoomFor(Unpack(blocks[taken])))
        {
            AppendUnpacked(blocks[taken].AppKey, now, held);
            Counters.Appended += _unpacked.Count;
            taken++;
        }

        _unpacked.Clear();
        EvictOverCap();
        return taken;
    }

    /// <summary>Removes events that were delivered. Those at consecutive positions are removed together, by two statements instead of two for each.</summary>
    public void SettleDelivered(IReadOnlyList<OutboxEvent> events)
    {
        _settled.Clear();
        for (int i = 0; i < events.Count; i++)
        {
            _settled.Add(events[i].Position);
        }

        // A request can combine partitions, whose positions alternate.
        _settled.Sort();
        for (int start = 0, end; start < _settled.Count; start = end)
        {
            end = start + 1;
            while (end < _settled.Count && (_settled[end] == _settled[end - 1] + 1 || _settled[end] == _settled[end - 1]))
            {
                end++;
            }

            SettleDelivered(_settled[start], _settled[end - 1]);
        }
    }

    private void SettleDelivered(long first, long last)
    {
        EventSums pending = EventSums.From(_sumPending.Bind(1, first).Bind(2, last));
        if (pending.Events > 0)
        {
            _deletePending.Bind(1, first).Bind(2, last).Run();
            Counters.RemoveDelivered(pending);
        }
    }

    public void SettleDeadLetter(IReadOnlyList<OutboxEvent> events, DeadLetterReason reason)
    {
        for (int i = 0; i < events.Count; i++)
        {
            if (FindPending(events[i].Position) is { } pending)
            {
                SetAside(pending, reason);
            }
        }

        EvictOverCap();
    }

    /// <summary>Inserts the events of a block. Its statement keeps the values that the next event shares: they are bound when they change.</summary>
    private void AppendUnpacked(string? appKey, long now, IReadOnlySet<string> held)
    {
        _insert.Bind(5, appKey).Bind(8, now);
        string? name = null;
        EventState state = EventState.Waiting;
        bool isUserBound = true;
        foreach ((BufferedEvent buffered, long bytes) in _unpacked)
        {
            if (!ReferenceEquals(name, buffered.EventName))
            {
                name = buffered.EventName;
                state = held.Count > 0 && held.Contains(name) ? EventState.Held : EventState.Waiting;
                _insert.Bind(3, (long)state).Bind(4, name);
            }

            if (isUserBound || buffered.User.IsExternalId)
            {
                isUserBound = buffered.User.IsExternalId;
                _insert.Bind(6, buffered.User.IdentityName).Bind(7, buffered.User.ExternalId);
            }

            var pending = new EventFacts(++Counters.LastPosition, bytes, state, isUserBound);
            _insert
                .Bind(1, pending.Position)
                .Bind(2, buffered.Partition)
                .Bind(9, RowChecksum.OfEvent(buffered, appKey))
                .Bind(10, buffered.Json.Span)
                .Run();
            Counters.AddPending(pending);
        }
    }

    /// <summary>If nothing is pending, a block of any size fits: otherwise it could never be appended.</summary>
    private bool HasRoomFor(long bytes) => Counters.PendingBytes <= 0 || Counters.PendingBytes + bytes <= _maxBytes;

    /// <summary>Reads the events of a block, once, because each creates a string for its user's id.</summary>
    /// <returns>Their total size.</returns>
    private long Unpack(EventBlock block)
    {
        _unpacked.Clear();
        long total = 0;
        for (int i = 0; i < block.Count; i++)
        {
            BufferedEvent buffered = block[i];
            long bytes = EventFacts.BytesOf(buffered.Json.Length, buffered.EventName, block.AppKey, buffered.User.ExternalId);
            _unpacked.Add((buffered, bytes));
            total += bytes;
        }

        return total;
    }

    private EventFacts? FindPending(long position) => First(_findPending.Bind(1, position));

    private static EventFacts? First(Statement select)
    {
        try
        {
            return select.Step() ? EventFacts.From(select) : null;
        }
        finally
        {
            select.Reset();
        }
    }

    private void SetAside(EventFacts pending, DeadLetterReason reason)
    {
        _setAside.Bind(1, pending.Position).Bind(2, DeadLetterKinds.NameOf(reason.Kind)).Bind(3, (long?)reason.Code).Bind(4, reason.Message).Run();
        Counters.Remove(pending);
        Counters.AddDeadLetter(pending with { MessageBytes = EventFacts.LengthOf(reason.Message) });
    }

    private void Remove(EventFacts stored)
    {
        _delete.Bind(1, stored.Position).Run();
        Counters.Remove(stored);
    }

    private void EvictOverCap()
    {
        while (Counters.AsideBytes > _maxDeadLetterBytes && First(_oldestAside) is { } oldest)
        {
            ThrowUnless(oldest.State != EventState.Waiting);
            Remove(oldest);
            Counters.Evicted++;
        }
    }

    /// <summary>SQLite trusts an index: an entry that points to a wrong row returns that row, in whatever state.</summary>
    private static void ThrowUnless(bool isInItsState)
    {
        if (!isInItsState)
        {
            throw new SqliteException("An index entry points to a wrong row.", SQLitePCL.raw.SQLITE_CORRUPT);
        }
    }
}
