namespace TypedEvents.Outbox.Sqlite;

/// <summary>All that only looks, by one connection, which never waits for those who write. Not for several threads at once.</summary>
internal sealed class StoreReader : IDisposable
{
    private readonly Database _database;
    private readonly Statement _account;
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
        _account = database.Prepare($"SELECT {Account.Columns} FROM outbox");

        // The lowest of each partition, for the index is by partition: to go through the events in order would pass by all that is held.
        _positions = database.Prepare("""
            WITH partitions (number) AS (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12), (13), (14), (15))
            SELECT (SELECT last_position FROM outbox),
              min((SELECT min(position) FROM events WHERE state = 0 AND partition = number)),
              (SELECT min((SELECT min(position) FROM events WHERE state = 1 AND events.name = held_names.name)) FROM held_names)
            FROM partitions
            """);
        _read = database.Prepare($"SELECT {EventColumns} FROM events WHERE state = 0 AND partition = ?1 AND position > ?2 ORDER BY position");
        _readHeld = database.Prepare($"SELECT {EventColumns} FROM events WHERE state = 1 AND name = ?1 AND position > ?2 ORDER BY position LIMIT 1");
        _heldNames = database.Prepare("SELECT name FROM held_names ORDER BY name");
        _user = database.Prepare("SELECT euid, registered_at FROM users WHERE identity_name = ?1 AND own_id = ?2");
    }

    private const string EventColumns = "position, partition, name, app_key, identity_name, own_id, json";

    internal Database Database => _database;

    public OutboxAccount ReadAccount() => Account.From(_account).ToOutboxAccount();

    public OutboxPositions ReadPositions()
    {
        try
        {
            _positions.Step();
            return new OutboxPositions(_positions.Int64(0), _positions.NullableInt64(1), _positions.NullableInt64(2));
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

    /// <summary>Adds events to <paramref name="destination"/>.</summary>
    /// <returns>Whether there are more than had room.</returns>
    public bool Read(int partition, long after, int maxEvents, int maxBytes, ICollection<OutboxEvent> destination)
    {
        try
        {
            _read.Bind(1, partition).Bind(2, after);
            while (_read.Step())
            {
                ReadOnlySpan<byte> json = _read.Bytes(6);
                if (maxEvents == 0 || (json.Length > maxBytes && destination.Count > 0))
                {
                    return true;
                }

                maxEvents--;
                maxBytes -= json.Length;
                destination.Add(ToEvent(_read));
            }

            return false;
        }
        finally
        {
            _read.Reset();
        }
    }

    public OutboxEvent? ReadHeld(string eventName, long after)
    {
        try
        {
            return _readHeld.Bind(1, eventName).Bind(2, after).Step() ? ToEvent(_readHeld) : null;
        }
        finally
        {
            _readHeld.Reset();
        }
    }

    public RegisteredUser? FindUser(EngageUser user)
    {
        try
        {
            return _user.Bind(1, user.IdentityName).Bind(2, user.OwnId).Step()
                ? new RegisteredUser(user, new Euid(_user.Int64(0)), DateTimeOffset.FromUnixTimeMilliseconds(_user.Int64(1)))
                : null;
        }
        finally
        {
            _user.Reset();
        }
    }

    public string? ReadBaseAddress() => _database.QueryText("SELECT base_address FROM outbox");

    public void Dispose() => _database.Dispose();

    private OutboxEvent ToEvent(Statement row) => new(
        row.Int64(0),
        (int)row.Int64(1),
        _texts.Get(row.Bytes(2)),
        row.IsNull(3) ? null : _texts.Get(row.Bytes(3)),
        row.IsNull(4) ? default : EngageUser.FromIdentity(_texts.Get(row.Bytes(4)), row.Text(5)!),
        row.Bytes(6).ToArray());
}
