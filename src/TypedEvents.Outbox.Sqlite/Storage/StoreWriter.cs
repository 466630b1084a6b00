using System.Globalization;
using Microsoft.Data.Sqlite;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>
/// All changes to the file, on one connection. Each change runs between <see cref="TryBegin"/> and <see cref="Commit"/>, and the counters
/// are updated in the same transaction. Not thread-safe.
/// </summary>
internal sealed class StoreWriter : IDisposable
{
    private readonly Database _database;
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _readCounters;
    private readonly Statement _writeCounters;
    private readonly Statement _heldNames;
    private readonly Statement _binding;
    private readonly Statement _insert;
    private readonly Statement _findPending;
    private readonly Statement _delete;
    private readonly Statement _setAside;
    private readonly Statement _oldestAside;
    private readonly HashSet<string> _held = new(StringComparer.Ordinal);
    private readonly TextCache _names = new();
    private readonly List<(BufferedEvent Event, long Bytes)> _unpacked = [];
    private readonly long _maxBytes;
    private readonly long _maxDeadLetterBytes;
    private readonly int _maxUsers;
    private OutboxCounters _counters;
    private OutboxCounters _committed;

    public StoreWriter(Database database, SqliteOutboxOptions options)
    {
        _database = database;
        _maxBytes = options.MaxBytes;
        _maxDeadLetterBytes = options.MaxDeadLetterBytes;
        _maxUsers = options.MaxUsers;

        // The caller waits for other processes asynchronously between attempts.
        database.Execute("PRAGMA busy_timeout = 0");

        // IMMEDIATE: a transaction that starts as a read and becomes a write can fail because another one was faster.
        _begin = database.Prepare("BEGIN IMMEDIATE");
        _commit = database.Prepare("COMMIT");
        _readCounters = database.Prepare($"SELECT {OutboxCounters.Columns} FROM outbox");
        _writeCounters = database.Prepare(OutboxCounters.Update);
        _binding = database.Prepare("SELECT binding FROM outbox");
        _heldNames = database.Prepare("SELECT name FROM held_names");
        _insert = database.Prepare("""
            INSERT INTO events (position, partition, state, name, app_key, identity_name, own_id, appended_at, checksum, json)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            """);
        _findPending = database.Prepare($"SELECT {EventFacts.Columns} FROM events WHERE position = ?1 AND {StateSql.IsPending}");
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

    /// <summary>For tests of the connection's settings.</summary>
    internal Database Database => _database;

    /// <summary>Whether another connection has changed the file since this one's last change.</summary>
    public bool HasFoundChanges { get; private set; }

    /// <summary>The statistics after the last change of this connection; <see langword="null"/> before the first one.</summary>
    public OutboxStatistics? LastStatistics => _committed == default ? null : _committed.ToOutboxStatistics();

    /// <returns>Whether the change may begin; <see langword="false"/> while another connection is making one.</returns>
    public bool TryBegin()
    {
        if (!_begin.TryRun())
        {
            return false;
        }

        try
        {
            _counters = OutboxCounters.From(_readCounters);
            HasFoundChanges = _counters != _committed;
            return true;
        }
        catch
        {
            _database.Rollback();
            throw;
        }
    }

    /// <summary>Makes the change durable.</summary>
    public void Commit()
    {
        _counters.WriteTo(_writeCounters);
        _commit.Run();
        _committed = _counters;
    }

    public void Rollback() => _database.Rollback();

    /// <param name="blocks">The events.</param>
    /// <param name="now">The current time.</param>
    /// <param name="binding">The binding that the events are for; <see langword="null"/> if no tracker has bound the file.</param>
    /// <returns>The number of blocks that were appended; the rest had no room.</returns>
    /// <exception cref="IOException">The file was bound to another target.</exception>
    public int Append(IReadOnlyList<EventBlock> blocks, long now, long? binding)
    {
        if (binding is { } expected && ReadBinding() != expected)
        {
            throw new IOException(
                "The outbox was bound to another project while this process had it open without file locks, so its events are not appended: they would be sent to that project. End this process, and let it use a separate file.");
        }

        ReadHeldNames();
        int taken = 0;
        while (taken < blocks.Count && HasRoomFor(Unpack(blocks[taken])))
        {
            foreach ((BufferedEvent buffered, long bytes) in _unpacked)
            {
                Append(buffered, bytes, blocks[taken].AppKey, now);
            }

            _counters.Appended += _unpacked.Count;
            taken++;
        }

        _unpacked.Clear();
        EvictOverCap();
        return taken;
    }

    public void SettleDelivered(IReadOnlyList<OutboxEvent> events)
    {
        for (int i = 0; i < events.Count; i++)
        {
            if (FindPending(events[i].Position) is { } pending)
            {
                Remove(pending);
                _counters.Delivered++;
            }
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
        ReadHeldNames();
        foreach (string name in _held)
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

    /// <summary>Reads the events of which one can be made: the others stay dead letters all the same.</summary>
    private void Read(List<EventFacts> found, List<OutboxEvent> events)
    {
        using Statement select = _database.PrepareOnce($"SELECT {EventRow.Columns} FROM events WHERE position = ?1");
        foreach (EventFacts one in found)
        {
            try
            {
                if (select.Bind(1, one.Position).Step() && EventRow.FindFault(select, out EngageUser user) is null)
                {
                    events.Add(EventRow.ToEvent(select, user, _names));
                }
            }
            finally
            {
                select.Reset();
            }
        }
    }

    public void Hold(string name)
    {
        ReadHeldNames();
        if (_held.Contains(name))
        {
            return;
        }

        RunFor("INSERT INTO held_names (name) VALUES (?1)", name);
        long bytes = Sum($"SELECT sum({EventFacts.BytesColumn}) FROM events NOT INDEXED WHERE {StateSql.IsWaiting} AND name = ?1", name);
        RunFor($"UPDATE events NOT INDEXED SET state = {StateSql.Held} WHERE {StateSql.IsWaiting} AND name = ?1", name);
        _counters.PendingBytes -= bytes;
        _counters.AsideBytes += bytes;
        EvictOverCap();
    }

    public void Release(string name)
    {
        // Without the indexes: one that is damaged might return a dead letter, which would become pending.
        long bytes = Sum($"SELECT sum({EventFacts.BytesColumn}) FROM events NOT INDEXED WHERE {StateSql.IsHeld} AND name = ?1", name);
        RunFor("DELETE FROM held_names WHERE name = ?1", name);
        RunFor($"UPDATE events NOT INDEXED SET state = {StateSql.Waiting} WHERE {StateSql.IsHeld} AND name = ?1", name);
        _counters.PendingBytes += bytes;
        _counters.AsideBytes -= bytes;
    }

    /// <summary>The last assigned position.</summary>
    public long LastPosition => _counters.LastPosition;

    /// <summary>Makes dead letters pending again, oldest first, while there is room.</summary>
    /// <param name="query">The dead letters to replay.</param>
    /// <param name="maxEvents">The maximum number of events.</param>
    /// <param name="now">The current time.</param>
    /// <param name="hasMore">Whether there may be more that fit.</param>
    /// <returns>The number of replayed events.</returns>
    public int Replay(OutboxQuery query, int maxEvents, long now, out bool hasMore)
    {
        ReadHeldNames();
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
            bool isHeld = _held.Contains(name);
            if (!isHeld && !HasRoomFor(deadLetter.Bytes))
            {
                break;
            }

            EventFacts pending = deadLetter with { Position = ++_counters.LastPosition, State = isHeld ? EventState.Held : EventState.Waiting, MessageBytes = 0 };
            move.Bind(1, deadLetter.Position).Bind(2, pending.Position).Bind(3, (long)pending.State).Bind(4, now).Run();
            _counters.Remove(deadLetter);
            _counters.AddPending(pending);
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

        _counters.Purged += found.Count;
        return found.Count;
    }

    public void SaveUsers(IReadOnlyList<RegisteredUser> users)
    {
        using Statement keep = _database.PrepareOnce("""
            INSERT INTO users (identity_name, own_id, euid, registered_at, checksum) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (identity_name, own_id) DO UPDATE SET euid = excluded.euid, registered_at = excluded.registered_at, checksum = excluded.checksum
            """);
        foreach (RegisteredUser user in users)
        {
            long registeredAt = user.RegisteredAt.ToUnixTimeMilliseconds();
            keep.Bind(1, user.User.IdentityName).Bind(2, user.User.ExternalId).Bind(3, user.Euid.Value).Bind(4, registeredAt)
                .Bind(5, RowChecksum.OfUser(user.User, user.Euid.Value, registeredAt))
                .Run();
        }

        if (_database.QueryInt64("SELECT count(*) FROM users") - _maxUsers is > 0 and long tooMany)
        {
            using Statement forget = _database.PrepareOnce("""
                DELETE FROM users WHERE (identity_name, own_id) IN
                  (SELECT identity_name, own_id FROM users ORDER BY registered_at LIMIT ?1)
                """);
            forget.Bind(1, tooMany).Run();
        }
    }

    /// <summary>Binds the file to a target, or to another one if that is allowed: then all saved EUIDs are removed.</summary>
    /// <returns>
    /// The file's target if it is another one, which then stays; <see langword="null"/> if the file is bound to <paramref name="target"/>.
    /// </returns>
    public BoundTarget? BindTo(OutboxTarget target)
    {
        BoundTarget bound = BoundTarget.Read(_database);
        if ((bound.Address is not null || bound.Rebinding == Rebinding.Lost) && !bound.IsFor(target))
        {
            bool isEmpty = _counters is { Pending: 0, DeadLetters: 0 };
            if (bound.Rebinding != Rebinding.Always && !(bound.Rebinding == Rebinding.IfEmpty && isEmpty))
            {
                return bound;
            }

            _database.Execute("DELETE FROM targets; DELETE FROM users; UPDATE outbox SET binding = binding + 1");
        }

        BoundTarget.Add(_database, target);
        return null;
    }

    /// <summary>Adds another name or key hash of the project.</summary>
    /// <returns>The file's address if it is another one, and nothing was added; <see langword="null"/> if the target was added.</returns>
    public string? AddTarget(OutboxTarget target)
    {
        if (BoundTarget.Read(_database).Address is { } address && address != target.Address)
        {
            return address;
        }

        BoundTarget.Add(_database, target);
        return null;
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
            string? fault;
            try
            {
                fault = select.Bind(1, unreadable.Position).Step() && select.Int64(EventRow.State) != (long)EventState.DeadLetter
                    ? EventRow.FindFault(select, out _) ?? throw new SqliteException("An index entry points to a wrong row.", SQLitePCL.raw.SQLITE_CORRUPT)
                    : null;
            }
            finally
            {
                select.Reset();
            }

            if (fault is not null && FindPending(unreadable.Position) is { } pending)
            {
                NoteDoubt();
                SetAside(pending, new DeadLetterReason(DeadLetterKind.Unreadable, null, fault));
                setAside.Add(unreadable);
            }
        }

        EvictOverCap();
        return setAside;
    }

    /// <summary>Records that damage was found: the next process that has the file alone checks it completely, however it was closed.</summary>
    public void NoteDoubt() => _database.Execute("UPDATE outbox SET is_doubtful = 1");

    /// <summary>Rebuilds the indexes and the counters from the rows.</summary>
    public void Repair()
    {
        _database.Execute("REINDEX");
        _counters = StoreRepair.Recount(_database, _counters);
    }

    public void Dispose() => _database.Dispose();

    private void Append(BufferedEvent buffered, long bytes, string? appKey, long now)
    {
        var pending = new EventFacts(
            ++_counters.LastPosition,
            bytes,
            _held.Count > 0 && _held.Contains(buffered.EventName) ? EventState.Held : EventState.Waiting,
            buffered.User.IsExternalId);
        _insert
            .Bind(1, pending.Position)
            .Bind(2, buffered.Partition)
            .Bind(3, (long)pending.State)
            .Bind(4, buffered.EventName)
            .Bind(5, appKey)
            .Bind(6, buffered.User.IdentityName)
            .Bind(7, buffered.User.ExternalId)
            .Bind(8, now)
            .Bind(9, RowChecksum.OfEvent(buffered, appKey))
            .Bind(10, buffered.Json.Span)
            .Run();
        _counters.AddPending(pending);
    }

    /// <summary>If nothing is pending, a block of any size fits: otherwise it could never be appended.</summary>
    private bool HasRoomFor(long bytes) => _counters.PendingBytes <= 0 || _counters.PendingBytes + bytes <= _maxBytes;

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

    private void ReadHeldNames()
    {
        _held.Clear();
        try
        {
            while (_heldNames.Step())
            {
                _held.Add(_names.Get(_heldNames.Bytes(0)));
            }
        }
        finally
        {
            _heldNames.Reset();
        }
    }

    private long ReadBinding()
    {
        try
        {
            return _binding.Step() ? _binding.Int64(0) : -1;
        }
        finally
        {
            _binding.Reset();
        }
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
        _counters.Remove(pending);
        _counters.AddDeadLetter(pending with { MessageBytes = EventFacts.LengthOf(reason.Message) });
    }

    private void Remove(EventFacts stored)
    {
        _delete.Bind(1, stored.Position).Run();
        _counters.Remove(stored);
    }

    private void EvictOverCap()
    {
        while (_counters.AsideBytes > _maxDeadLetterBytes && First(_oldestAside) is { } oldest)
        {
            ThrowUnless(oldest.State != EventState.Waiting);
            Remove(oldest);
            _counters.Evicted++;
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

    private long Sum(string sql, string name)
    {
        using Statement select = _database.PrepareOnce(sql);
        select.Bind(1, name).Step();
        return select.Int64(0);
    }

    private void RunFor(string sql, string name)
    {
        using Statement statement = _database.PrepareOnce(sql);
        statement.Bind(1, name).Run();
    }
}
