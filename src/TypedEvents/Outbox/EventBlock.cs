namespace TypedEvents;

/// <summary>Events that go into an outbox together, in the order in which they were tracked.</summary>
public sealed class EventBlock
{
    private readonly byte[] _bytes;
    private readonly List<Entry> _entries = [];
    private Dictionary<int, EngageUser>? _users;
    private int _length;
    private TaskCompletionSource<bool>? _appended;

    internal EventBlock(int capacity, string? appKey)
    {
        _bytes = new byte[capacity];
        AppKey = appKey;
    }

    /// <summary>Which application made the events (<c>app_key</c>), or <see langword="null"/>.</summary>
    public string? AppKey { get; }

    /// <summary>How many events there are.</summary>
    public int Count => _entries.Count;

    /// <summary>The size of the events together, in bytes.</summary>
    public int Length => _length;

    /// <summary>One of the events.</summary>
    /// <param name="index">Which, from 0 on.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such event.</exception>
    public BufferedEvent this[int index]
    {
        get
        {
            Entry entry = _entries[index];
            return new BufferedEvent(entry.Partition, entry.Schema.Name, UserOf(index), _bytes.AsMemory(entry.Offset, entry.Length));
        }
    }

    internal int Capacity => _bytes.Length;

    /// <summary>When the first event came, by the tracker's clock.</summary>
    internal long FirstTimestamp { get; private set; }

    /// <summary>Ends with whether the outbox took the block.</summary>
    internal Task<bool> Appended =>
        (_appended ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    internal bool HasRoomFor(int length) => _bytes.Length - _length >= length;

    /// <param name="partition">The event's partition.</param>
    /// <param name="schema">The event's type.</param>
    /// <param name="user">The user's own id where the EUID's place is blank; <c>default</c> otherwise.</param>
    /// <param name="json">The event.</param>
    /// <param name="clock">The tracker's clock.</param>
    internal void Add(int partition, EventSchema schema, EngageUser user, ReadOnlySpan<byte> json, TimeProvider clock)
    {
        if (_entries.Count == 0)
        {
            FirstTimestamp = clock.GetTimestamp();
        }

        if (user.IsOwnId)
        {
            (_users ??= []).Add(_entries.Count, user);
        }

        json.CopyTo(_bytes.AsSpan(_length));
        _entries.Add(new Entry(_length, json.Length, partition, schema));
        _length += json.Length;
    }

    /// <summary>Tells those who wait, and empties the block for the next events.</summary>
    internal void Complete(bool isAppended)
    {
        _appended?.SetResult(isAppended);
        _appended = null;
        _entries.Clear();
        _users?.Clear();
        _length = 0;
    }

    private EngageUser UserOf(int index) => _users is not null && _users.TryGetValue(index, out EngageUser user) ? user : default;

    private readonly record struct Entry(int Offset, int Length, int Partition, EventSchema Schema);
}
