namespace TypedEvents;

/// <summary>
/// The pending events of one partition, in order, one behind the other in segments of memory. A segment is used again when all of
/// its events are delivered.
/// </summary>
internal sealed class MemoryPartition(int number)
{
    private readonly List<MemorySegment> _segments = [];
    private MemorySegment? _spare;

    public int Number => number;

    /// <summary>All that is pending, in order.</summary>
    public IEnumerable<OutboxEvent> Events
    {
        get
        {
            foreach (MemorySegment segment in _segments)
            {
                foreach (OutboxEvent pending in segment.EventsAfter(0, number))
                {
                    yield return pending;
                }
            }
        }
    }

    public long? OldestPending(HeldNames held)
    {
        foreach (MemorySegment segment in _segments)
        {
            if (segment.OldestPending(held) is { } position)
            {
                return position;
            }
        }

        return null;
    }

    public void Append(long position, string? appKey, string eventName, ReadOnlySpan<byte> json)
    {
        if (_segments.Count == 0 || !_segments[^1].HasRoomFor(json.Length) || _segments[^1].AppKey != appKey)
        {
            _segments.Add(TakeSegment(json.Length, appKey));
        }

        _segments[^1].Append(position, eventName, json);
    }

    /// <summary>Adds events to <paramref name="destination"/>.</summary>
    /// <returns>Whether there are more than had room.</returns>
    public bool Read(long after, int maxEvents, int maxBytes, HeldNames held, ICollection<OutboxEvent> destination)
    {
        foreach (MemorySegment segment in _segments)
        {
            if (segment.LastPosition > after
                && segment.Read(number, after, ref maxEvents, ref maxBytes, held, destination))
            {
                return true;
            }
        }

        return false;
    }

    public OutboxEvent? Find(long position)
    {
        MemorySegment? segment = _segments.Find(segment => segment.LastPosition >= position);
        return segment?.Find(position, number);
    }

    /// <summary>Removes an event.</summary>
    /// <param name="position">Which.</param>
    /// <param name="isDelivered">
    /// Whether nobody reads its bytes any more. What is removed for another reason may be on its way just now.
    /// </param>
    /// <param name="length">The event's size in bytes.</param>
    /// <returns>Whether it was there.</returns>
    public bool Remove(long position, bool isDelivered, out int length)
    {
        length = 0;
        int index = _segments.FindIndex(segment => segment.LastPosition >= position);
        if (index < 0 || !_segments[index].Remove(position, out length))
        {
            return false;
        }

        MemorySegment segment = _segments[index];
        if (segment.IsEmpty)
        {
            _segments.RemoveAt(index);
            if (isDelivered && _spare is null)
            {
                segment.Reset();
                _spare = segment;
            }
        }

        return true;
    }

    public void Clear() => _segments.Clear();

    private MemorySegment TakeSegment(int length, string? appKey)
    {
        MemorySegment segment = _spare is { } spare && spare.HasRoomFor(length) ? spare : new MemorySegment(length);
        if (segment == _spare)
        {
            _spare = null;
        }

        segment.AppKey = appKey;
        return segment;
    }
}
