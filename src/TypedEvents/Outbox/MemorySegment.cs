using System.Runtime.InteropServices;

namespace TypedEvents;

/// <summary>A run of events of one partition in one piece of memory.</summary>
internal sealed class MemorySegment
{
    private const int DefaultBytes = 16 * 1024;

    private readonly byte[] _bytes;
    private readonly List<Entry> _entries = [];
    private int _length;
    private int _first;
    private int _pending;

    /// <param name="minBytes">The size of the first event: a larger one than usual gets a segment of its own.</param>
    public MemorySegment(int minBytes) => _bytes = new byte[Math.Max(minBytes, DefaultBytes)];

    public bool IsEmpty => _pending == 0;

    public long LastPosition => _entries[^1].Position;

    /// <summary>Which application made the events.</summary>
    public string? AppKey { get; set; }

    public long? OldestPending(HeldNames held)
    {
        for (int i = _first; i < _entries.Count; i++)
        {
            Entry entry = _entries[i];
            if (!entry.IsGone && (held.IsEmpty || !held.Contains(entry.EventName)))
            {
                return entry.Position;
            }
        }

        return null;
    }

    public bool HasRoomFor(int length) => _bytes.Length - _length >= length;

    public void Append(long position, string eventName, ReadOnlySpan<byte> json)
    {
        json.CopyTo(_bytes.AsSpan(_length));
        _entries.Add(new Entry { Position = position, EventName = eventName, Offset = _length, Length = json.Length });
        _length += json.Length;
        _pending++;
    }

    public IEnumerable<OutboxEvent> EventsAfter(long position, int partition)
    {
        for (int i = Math.Max(_first, IndexAfter(position)); i < _entries.Count; i++)
        {
            if (!_entries[i].IsGone)
            {
                yield return ToEvent(_entries[i], partition);
            }
        }
    }

    public OutboxEvent? Find(long position, int partition)
    {
        int index = IndexAfter(position - 1);
        return index < _entries.Count && _entries[index].Position == position && !_entries[index].IsGone
            ? ToEvent(_entries[index], partition)
            : null;
    }

    /// <summary>Adds events to <paramref name="destination"/>.</summary>
    /// <returns>Whether there are more than had room.</returns>
    public bool Read(int partition, long after, ref int maxEvents, ref int maxBytes, HeldNames held, ICollection<OutboxEvent> destination)
    {
        for (int i = Math.Max(_first, IndexAfter(after)); i < _entries.Count; i++)
        {
            Entry entry = _entries[i];
            if (entry.IsGone || (!held.IsEmpty && held.Contains(entry.EventName)))
            {
                continue;
            }

            if (maxEvents == 0 || (entry.Length > maxBytes && destination.Count > 0))
            {
                return true;
            }

            maxEvents--;
            maxBytes -= entry.Length;
            destination.Add(ToEvent(entry, partition));
        }

        return false;
    }

    /// <summary>Removes an event.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(long position, out int length)
    {
        length = 0;
        int index = IndexAfter(position - 1);
        Span<Entry> entries = CollectionsMarshal.AsSpan(_entries);
        if (index == entries.Length || entries[index].Position != position || entries[index].IsGone)
        {
            return false;
        }

        length = entries[index].Length;
        entries[index].IsGone = true;
        _pending--;
        while (_first < entries.Length && entries[_first].IsGone)
        {
            _first++;
        }

        return true;
    }

    public void Reset()
    {
        _entries.Clear();
        _length = 0;
        _first = 0;
        _pending = 0;
    }

    private OutboxEvent ToEvent(Entry entry, int partition) =>
        new(entry.Position, partition, entry.EventName, AppKey, default, _bytes.AsMemory(entry.Offset, entry.Length));

    private int IndexAfter(long position)
    {
        int low = 0;
        int high = _entries.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_entries[middle].Position > position)
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

    private struct Entry
    {
        public long Position;
        public string EventName;
        public int Offset;
        public int Length;
        public bool IsGone;
    }
}
