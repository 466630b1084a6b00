using Microsoft.Data.Sqlite;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>All reads, on one connection that never waits for writers. Not thread-safe.</summary>
internal sealed class StoreReader : IDisposable
{
    private readonly Database _database;
    private readonly Statement _counters;
    private readonly Statement _held;
    private readonly Statement _appendedAt;
    private readonly Statement _positions;
    private readonly Statement _read;
    private readonly Statement _readHeld;
    private readonly Statement _heldNames;
    private readonly Statement _user;
    private readonly TextCache _texts = new();

    public StoreReader(Database database)
    {
        _database = database;
        database.Execute("PRAGMA query_only = ON");
        _counters = database.Prepare($"SELECT {OutboxCounters.Columns} FROM outbox");

        // Through the index of the held events, whose number the cap of dead letters limits.
        _held = database.Prepare($"SELECT count(*) FROM held_names CROSS JOIN events ON events.name = held_names.name AND {StateSql.IsHeld}");
        _appendedAt = database.Prepare("SELECT appended_at FROM events WHERE position = ?1");

        // The lowest position of each partition, because the index is by partition: a scan in order of position would step over all held events.
        _positions = database.Prepare($"""
            WITH partitions (number) AS (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12), (13), (14), (15))
            SELECT (SELECT last_position FROM outbox),
              min((SELECT min(position) FROM events WHERE {StateSql.IsWaiting} AND partition = number)),
              (SELECT min((SELECT min(position) FROM events WHERE {StateSql.IsHeld} AND events.name = held_names.name)) FROM held_names)
            FROM partitions
            """);
        _read = database.Prepare($"SELECT {EventRow.Columns} FROM events WHERE {StateSql.IsWaiting} AND partition = ?1 AND position > ?2 ORDER BY position");
        _readHeld = database.Prepare($"SELECT {EventRow.Columns} FROM events WHERE {StateSql.IsHeld} AND name = ?1 AND position > ?2 ORDER BY position");
        _heldNames = database.Prepare("SELECT name FROM held_names ORDER BY name");
        _user = database.Prepare("SELECT euid, registered_at, checksum FROM users WHERE identity_name = ?1 AND own_id = ?2");
    }

    internal Database Database => _database;

    /// <summary>The last statistics that were read; <see langword="null"/> before the first time.</summary>
    public OutboxStatistics? LastStatistics { get; private set; }

    /// <summary>What the counters say alone: it can be read where the events can't.</summary>
    public OutboxStatistics ReadCounters() => LastStatistics = OutboxCounters.From(_counters).ToOutboxStatistics();

    public OutboxStatistics ReadStatistics() => ReadCounters() with
    {
        Held = First(_held) ?? 0,
        OldestPendingAt = ReadPositions(isClaimed: true).OldestPending is { } oldest && First(_appendedAt.Bind(1, oldest)) is { } time && StoreClock.IsTime(time)
            ? StoreClock.ToTime(time)
            : null,
    };

    /// <param name="isClaimed">Whether this process has the claim.</param>
    public OutboxPositions ReadPositions(bool isClaimed)
    {
        try
        {
            _positions.Step();
            long? oldest = _positions.NullableInt64(1);
            return new OutboxPositions
            {
                LastAppended = _positions.Int64(0),
                OldestPending = oldest,
                OldestPendingElsewhere = isClaimed ? null : oldest,
                OldestHeld = _positions.NullableInt64(2),
            };
        }
        finally
        {
            _positions.Reset();
        }
    }

    public IReadOnlyCollection<string> ReadHeldNames()
    {
        List<string> names = [];
        try
        {
            while (_heldNames.Step())
            {
                names.Add(_texts.Get(_heldNames.Bytes(0)));
            }
        }
        finally
        {
            _heldNames.Reset();
        }

        return names;
    }

    /// <summary>Adds events to <paramref name="destination"/>, after all of them were read.</summary>
    /// <param name="request">The partition, where to start, and the limits.</param>
    /// <param name="destination">The collection to which the events are added.</param>
    /// <param name="unreadable">Rows that can't be read as events, or <see langword="null"/>.</param>
    /// <returns>Whether there are more events.</returns>
    public bool Read(OutboxReadRequest request, ICollection<OutboxEvent> destination, out List<UnreadableEvent>? unreadable)
    {
        long after = request.After;
        int maxEvents = request.MaxEvents;
        int maxBytes = request.MaxBytes;
        unreadable = null;
        List<OutboxEvent> events = [];
        bool hasMore = false;
        try
        {
            _read.Bind(1, request.Partition).Bind(2, after);
            while (!hasMore && _read.Step())
            {
                var row = new EventRow(_read);
                ThrowUnlessNext(row, ref after, EventState.Waiting);
                if (maxEvents == 0 || (row.Json.Length > maxBytes && destination.Count + events.Count > 0))
                {
                    hasMore = true;
                }
                else if (TryRead(row, ref unreadable) is { } read)
                {
                    maxEvents--;
                    maxBytes -= row.Json.Length;
                    events.Add(read);
                }
            }
        }
        finally
        {
            _read.Reset();
        }

        foreach (OutboxEvent read in events)
        {
            destination.Add(read);
        }

        return hasMore;
    }

    public OutboxEvent? ReadHeld(string eventName, long after, out List<UnreadableEvent>? unreadable)
    {
        unreadable = null;
        try
        {
            _readHeld.Bind(1, eventName).Bind(2, after);
            while (_readHeld.Step())
            {
                var row = new EventRow(_readHeld);
                ThrowUnlessNext(row, ref after, EventState.Held);
                if (TryRead(row, ref unreadable) is { } held)
                {
                    return held;
                }
            }

            return null;
        }
        finally
        {
            _readHeld.Reset();
        }
    }

    /// <returns>The user; <see langword="null"/> if the user isn't known or the row changed on the disk. The user is then registered again.</returns>
    public RegisteredUser? FindUser(EngageUser user)
    {
        try
        {
            if (!_user.Bind(1, user.IdentityName).Bind(2, user.ExternalId).Step())
            {
                return null;
            }

            long registeredAt = _user.Int64(1);
            return Euid.TryCreate(_user.Int64(0), out Euid euid)
                && StoreClock.IsTime(registeredAt)
                && (_user.IsNull(2) || _user.Int64(2) == RowChecksum.OfUser(user, euid.Value, registeredAt))
                ? new RegisteredUser(user, euid, StoreClock.ToTime(registeredAt))
                : null;
        }
        finally
        {
            _user.Reset();
        }
    }

    public BoundTarget ReadTarget() => BoundTarget.Read(_database);

    public void Dispose() => _database.Dispose();

    private static long? First(Statement select)
    {
        try
        {
            return select.Step() ? select.Int64(0) : null;
        }
        finally
        {
            select.Reset();
        }
    }

    private OutboxEvent? TryRead(in EventRow row, ref List<UnreadableEvent>? unreadable)
    {
        if (row.FindFault(out EngageUser user) is { } fault)
        {
            (unreadable ??= []).Add(new UnreadableEvent(row.Position, _texts.Get(row.Name), fault));
            return null;
        }

        return row.ToEvent(user, _texts);
    }

    /// <summary>SQLite trusts an index: an entry that points to a wrong row returns that row, in whatever state and position.</summary>
    private static void ThrowUnlessNext(in EventRow row, ref long after, EventState state)
    {
        if (row.Position <= after || row.State != (long)state)
        {
            throw new SqliteException("An index entry points to a wrong row.", SQLitePCL.raw.SQLITE_CORRUPT);
        }

        after = row.Position;
    }
}
