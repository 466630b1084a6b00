namespace TypedEvents;

/// <summary>
/// The events of one partition, in order, one behind the other in segments of memory. A segment is used again when all of its
/// events are gone.
/// </summary>
internal sealed class MemoryPartition(int number)
{
    private readonly List<MemorySegment> _segments = [];
    private MemorySegment? _spare;

    public long? OldestPending
    {
        get
        {
            foreach (MemorySegment segment in _segments)
            {
                if (segment.OldestPending is { } position)
                {
                    return position;
                }
            }

            return null;
        }
    }

    public void Append(long position, string eventName, ReadOnlySpan<byte> json)
    {
        if (_segments.Count == 0 || !_segments[^1].HasRoomFor(json.Length))
        {
            _segments.Add(TakeSegment(json.Length));
        }

        _segments[^1].Append(position, eventName, json);
    }

    /// <summary>Adds events to <paramref name="destination"/>.</summary>
    /// <returns>Whether there are more than had room.</returns>
    public bool Read(long after, int maxEvents, int maxBytes, ICollection<OutboxEvent> destination)
    {
        foreach (MemorySegment segment in _segments)
        {
            if (segment.Read(number, after, ref maxEvents, ref maxBytes, destination))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Removes an event.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(long position)
    {
        for (int i = 0; i < _segments.Count; i++)
        {
            MemorySegment segment = _segments[i];
            if (segment.LastPosition < position)
            {
                continue;
            }

            bool removed = segment.Remove(position);
            if (segment.IsEmpty)
            {
                _segments.RemoveAt(i);
                segment.Reset();
                _spare ??= segment;
            }

            return removed;
        }

        return false;
    }

    public void Clear() => _segments.Clear();

    private MemorySegment TakeSegment(int length)
    {
        if (_spare is { } spare && spare.HasRoomFor(length))
        {
            _spare = null;
            return spare;
        }

        return new MemorySegment(length);
    }
}
