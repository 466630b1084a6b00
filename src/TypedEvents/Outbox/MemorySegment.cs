using System.Diagnostics;

namespace TypedEvents;

/// <summary>A run of events of one partition in one piece of memory.</summary>
internal sealed class MemorySegment
{
    // A note is, from the lowest bit on: whether the event is gone, the number of its name, its distance from the first position.
    private const int NameBits = 12;
    private const int DistanceBits = EventPage.NoteBits - NameBits - 1;
    private const ulong Gone = 1;

    private EventPage _page;
    private readonly FewNames<string> _names = new();
    private long _firstPosition;
    private int _first;
    private int _pending;

    /// <param name="capacity">What the events take together, their overhead included.</param>
    public MemorySegment(int capacity)
    {
        // So that no page has more names than a note can tell apart.
        Debug.Assert(capacity >> NameBits <= EventPage.OverheadBytes || capacity > MemoryPartition.MaxSegmentBytes, "A name costs an event at least.");
        _page = new EventPage(capacity);
    }

    public int Capacity => _page.Capacity;

    /// <summary>How many events are pending.</summary>
    public int Count => _pending;

    public bool IsEmpty => _pending == 0;

    /// <summary>Whether much of the memory holds nothing that waits, behind an event that does.</summary>
    public bool IsMostlyHoles => _pending * 4 < _page.Count - _first;

    /// <summary>Whether much of the memory was never used.</summary>
    public bool IsPartlyEmpty => _page.FreeBytes * 16 > _page.Capacity;

    public long LastPosition => PositionOf(_page.Count - 1);

    /// <summary>Whether somebody may still read an event that was removed: its memory isn't used again then.</summary>
    public bool MayStillBeRead { get; set; }

    /// <summary>Which application made the events.</summary>
    public string? AppKey { get; set; }

    public long? OldestPending(HeldNames held)
    {
        for (int i = _first; i < _page.Count; i++)
        {
            if (!IsGone(i) && (held.IsEmpty || !held.Contains(NameOf(i))))
            {
                return PositionOf(i);
            }
        }

        return null;
    }

    /// <param name="position">The event's position.</param>
    /// <param name="bytes">What it takes but for its overhead: <see cref="EventPage.BytesOf"/>.</param>
    public bool HasRoomFor(long position, int bytes) =>
        _page.HasRoomFor(bytes) && (_page.Count == 0 || position - _firstPosition < 1L << DistanceBits);

    public void Append(long position, string eventName, EngageUser user, ReadOnlySpan<byte> json)
    {
        if (_page.Count == 0)
        {
            _firstPosition = position;
        }

        _page.Add(json, user, ((((ulong)(position - _firstPosition)) << NameBits) | (uint)_names.NumberOf(eventName)) << 1);
        _pending++;
    }

    public OutboxEvent? Find(long position, int partition)
    {
        int index = IndexAfter(position - 1);
        return IsPending(index, position) ? ToEvent(index, partition) : null;
    }

    /// <summary>Adds events to <paramref name="destination"/>.</summary>
    /// <returns>Whether there are more than had room.</returns>
    public bool Read(int partition, long after, ref int maxEvents, ref int maxBytes, HeldNames held, ICollection<OutboxEvent> destination)
    {
        for (int i = Math.Max(_first, IndexAfter(after)); i < _page.Count; i++)
        {
            if (IsGone(i) || (!held.IsEmpty && held.Contains(NameOf(i))))
            {
                continue;
            }

            int length = _page.JsonLengthOf(i);
            if (maxEvents == 0 || (length > maxBytes && destination.Count > 0))
            {
                return true;
            }

            maxEvents--;
            maxBytes -= length;
            destination.Add(ToEvent(i, partition));
        }

        return false;
    }

    /// <summary>Removes an event.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(long position, out RemovedEvent removed)
    {
        removed = default;
        int index = IndexAfter(position - 1);
        if (!IsPending(index, position))
        {
            return false;
        }

        removed = new RemovedEvent(_page.SizeOf(index), _page.UserOf(index));
        _page.SetNote(index, _page.NoteOf(index) | Gone);
        _pending--;
        while (_first < _page.Count && IsGone(_first))
        {
            _first++;
        }

        return true;
    }

    /// <summary>Takes as much memory as the pending events need and no more. Whoever reads one keeps what it has.</summary>
    public void Shrink()
    {
        int capacity = 0;
        for (int i = _first; i < _page.Count; i++)
        {
            capacity += IsGone(i) ? 0 : _page.SizeOf(i);
        }

        var page = new EventPage(capacity);
        for (int i = _first; i < _page.Count; i++)
        {
            if (!IsGone(i))
            {
                page.Add(_page, i, _page.NoteOf(i));
            }
        }

        _page = page;
        _first = 0;
    }

    public void Reset()
    {
        _page.Clear();
        _names.Clear();
        _first = 0;
        _pending = 0;
    }

    private bool IsPending(int index, long position) => index < _page.Count && PositionOf(index) == position && !IsGone(index);

    private bool IsGone(int index) => (_page.NoteOf(index) & Gone) != 0;

    private long PositionOf(int index) => _firstPosition + (long)(_page.NoteOf(index) >> (NameBits + 1));

    private string NameOf(int index) => _names[(int)(_page.NoteOf(index) >> 1) & ((1 << NameBits) - 1)];

    private OutboxEvent ToEvent(int index, int partition) => new()
    {
        Position = PositionOf(index),
        Partition = partition,
        EventName = NameOf(index),
        AppKey = AppKey,
        User = _page.UserOf(index),
        Json = _page.JsonOf(index),
    };

    private int IndexAfter(long position)
    {
        int low = _first;
        int high = _page.Count;

        // Mostly it is the first one: events are read and settled in order.
        if (low < high && PositionOf(low) > position)
        {
            return low;
        }

        while (low < high)
        {
            int middle = (low + high) / 2;
            if (PositionOf(middle) > position)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }
}
