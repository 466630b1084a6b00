namespace TypedEvents;

/// <summary>
/// The pending events of one partition, in order, one behind the other in segments of memory. A segment is used again when all of
/// its events are delivered, and takes no more memory than its events need where it is left behind with holes.
/// </summary>
internal sealed class MemoryPartition(int number)
{
    /// <summary>The size of a segment where many events wait; the first ones are smaller.</summary>
    public const int MaxSegmentBytes = 24 * 1024;

    private const int MinSegmentBytes = 2 * 1024;

    private readonly List<MemorySegment> _segments = [];
    private MemorySegment? _spare;

    public int Number => number;

    /// <summary>The memory of all segments, in bytes.</summary>
    public long Capacity => SegmentBytes + (_spare?.Capacity ?? 0);

    /// <summary>All that is pending, in order.</summary>
    public List<OutboxEvent> Events
    {
        get
        {
            List<OutboxEvent> events = [];
            Read(0, int.MaxValue, int.MaxValue, HeldNames.None, events);
            return events;
        }
    }

    private long SegmentBytes
    {
        get
        {
            long bytes = 0;
            foreach (MemorySegment segment in _segments)
            {
                bytes += segment.Capacity;
            }

            return bytes;
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
        if (_segments.Count == 0 || !_segments[^1].HasRoomFor(position, json.Length) || _segments[^1].AppKey != appKey)
        {
            if (_segments.Count > 0 && _segments[^1].IsPartlyEmpty)
            {
                _segments[^1].Shrink();
            }

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
        segment.MayStillBeRead |= !isDelivered;
        if (segment.IsEmpty)
        {
            _segments.RemoveAt(index);
            if (!segment.MayStillBeRead && segment.Capacity <= MaxSegmentBytes && !(_spare?.Capacity >= segment.Capacity))
            {
                segment.Reset();
                _spare = segment;
            }
        }
        else if (segment.IsMostlyHoles)
        {
            segment.Shrink();
        }

        return true;
    }

    public void Clear() => _segments.Clear();

    private MemorySegment TakeSegment(int length, string? appKey)
    {
        int needed = length + EventPage.OverheadBytes;
        MemorySegment segment;
        if (_spare is { } spare && spare.Capacity >= needed)
        {
            segment = spare;
            _spare = null;
        }
        else
        {
            // As much as there is already: a partition with few events takes little, and one with many isn't cut into small pieces.
            segment = new MemorySegment(Math.Max(needed, (int)Math.Clamp(SegmentBytes, MinSegmentBytes, MaxSegmentBytes)));
        }

        segment.AppKey = appKey;
        return segment;
    }
}
