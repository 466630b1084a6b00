namespace TypedEvents;

/// <summary>Events that go into an outbox together, in the order in which they were tracked.</summary>
public sealed class EventBlock
{
    private readonly byte[] _bytes;
    private readonly List<Entry> _entries = [];
    private int _length;
    private TaskCompletionSource<bool>? _appended;

    internal EventBlock(int capacity) => _bytes = new byte[capacity];

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
            return new BufferedEvent(entry.Partition, entry.Schema.Name, _bytes.AsMemory(entry.Offset, entry.Length));
        }
    }

    internal int Capacity => _bytes.Length;

    /// <summary>When the first event came, by the tracker's clock.</summary>
    internal long FirstTimestamp { get; private set; }

    /// <summary>Ends with whether the outbox took the block.</summary>
    internal Task<bool> Appended =>
        (_appended ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    internal bool HasRoomFor(int length) => _bytes.Length - _length >= length;

    internal void Add(int partition, EventSchema schema, ReadOnlySpan<byte> json, TimeProvider clock)
    {
        if (_entries.Count == 0)
        {
            FirstTimestamp = clock.GetTimestamp();
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
        _length = 0;
    }

    private readonly record struct Entry(int Offset, int Length, int Partition, EventSchema Schema);
}
