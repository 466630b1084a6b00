namespace TypedEvents;

/// <summary>
/// The pending events of one partition, in order, one behind the other in segments of memory. A segment is used again when all of
/// its events are delivered, and takes no more memory than its events need where it is left behind with holes.
/// </summary>
/// <param name="number">Which partition.</param>
/// <param name="spares">Segments that are used again, whatever partition had them.</param>
internal sealed class MemoryPartition(int number, SpareSegments spares)
{
    /// <summary>The size of a segment where many events wait; the first ones are smaller.</summary>
    public const int MaxSegmentBytes = 24 * 1024;

    private const int MinSegmentBytes = 2 * 1024;

    private readonly List<MemorySegment> _segments = [];
    private MemorySegment? _spare;
    private long _segmentBytes;

    public int Number => number;

    /// <summary>How many events are pending.</summary>
    public int Count
    {
        get
        {
            int count = 0;
            foreach (MemorySegment segment in _segments)
            {
                count += segment.Count;
            }

            return count;
        }
    }

    /// <summary>The memory of all segments, in bytes.</summary>
    public long Capacity => _segmentBytes + (_spare?.Capacity ?? 0);

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

    public void Append(long position, string? appKey, in BufferedEvent added)
    {
        if (LastOf(appKey) is { } last && last.TryAppend(position, in added))
        {
            return;
        }

        MemorySegment next = BeginSegment(EventPage.BytesOf(added.Json.Length, added.User) + EventPage.OverheadBytes, appKey);
        if (!next.TryAppend(position, in added))
        {
            throw new InvalidOperationException($"A segment of {next.Capacity} bytes has no room for an event of {added.Json.Length} bytes.");
        }
    }

    /// <summary>Appends the first events of a run, which get consecutive positions: as many as there is room for in one segment.</summary>
    /// <param name="position">The position of the first one.</param>
    /// <param name="appKey">Which application made them.</param>
    /// <param name="run">The events.</param>
    /// <returns>Those that were appended, at least one.</returns>
    public EventRun Append(long position, string? appKey, EventRun run)
    {
        int appended = LastOf(appKey)?.Append(position, in run) ?? 0;
        if (appended == 0)
        {
            MemorySegment next = BeginSegment(run.FirstBytes, appKey);
            appended = next.Append(position, in run);
            if (appended == 0)
            {
                throw new InvalidOperationException($"A segment of {next.Capacity} bytes has no room for an event that takes {run.FirstBytes} bytes.");
            }
        }

        return run.First(appended);
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
        int index = IndexOf(position);
        return index < 0 ? null : _segments[index].Find(position, number);
    }

    /// <summary>Removes an event.</summary>
    /// <param name="position">Which.</param>
    /// <param name="isDelivered">
    /// Whether nobody reads its bytes any more. What is removed for another reason may be on its way just now.
    /// </param>
    /// <param name="removed">What it took.</param>
    /// <returns>Whether it was there.</returns>
    public bool Remove(long position, bool isDelivered, out RemovedEvent removed)
    {
        removed = default;
        int index = IndexOf(position);
        if (index < 0 || !_segments[index].Remove(position, out removed))
        {
            return false;
        }

        _segments[index].MayStillBeRead |= !isDelivered;
        NoteRemoved(index);
        return true;
    }

    /// <summary>Removes the first pending events as long as they are these, which are delivered: they are settled in order, as a rule.</summary>
    /// <param name="delivered">Events in their order.</param>
    /// <param name="bytes">What those took that were removed.</param>
    /// <returns>How many were removed. Those of users with an external id aren't.</returns>
    public int RemoveFirst(ReadOnlySpan<OutboxEvent> delivered, out int bytes)
    {
        bytes = 0;
        int removed = _segments.Count == 0 ? 0 : _segments[0].RemoveFirst(delivered, out bytes);
        if (removed > 0)
        {
            NoteRemoved(0);
        }

        return removed;
    }

    private void NoteRemoved(int index)
    {
        MemorySegment segment = _segments[index];
        if (segment.IsEmpty)
        {
            _segments.RemoveAt(index);
            _segmentBytes -= segment.Capacity;
            if (!segment.MayStillBeRead)
            {
                KeepSpare(segment);
            }
        }
        else if (segment.IsMostlyHoles)
        {
            Shrink(segment);
        }
    }

    public void Clear()
    {
        _segments.Clear();
        _segmentBytes = 0;
    }

    private void Shrink(MemorySegment segment)
    {
        int before = segment.Capacity;
        segment.Shrink();
        _segmentBytes += segment.Capacity - before;
    }

    /// <summary>The last segment, if it has events of an application.</summary>
    private MemorySegment? LastOf(string? appKey) => _segments.Count > 0 && _segments[^1] is { } last && last.AppKey == appKey ? last : null;

    /// <summary>The segment that has the event at a position if any does, or -1.</summary>
    private int IndexOf(long position)
    {
        for (int i = 0; i < _segments.Count; i++)
        {
            if (_segments[i].LastPosition >= position)
            {
                return i;
            }
        }

        return -1;
    }

    private void KeepSpare(MemorySegment segment)
    {
        if (segment.Capacity > MaxSegmentBytes)
        {
            return;
        }

        segment.Reset();
        if (_spare is null || _spare.Capacity < segment.Capacity)
        {
            _spare = segment;
        }
        else if (segment.Capacity == MaxSegmentBytes)
        {
            spares.Keep(segment);
        }
    }

    /// <summary>Adds a segment behind the others, which has room for an event.</summary>
    /// <param name="needed">What the event takes, its overhead included.</param>
    /// <param name="appKey">Which application made it.</param>
    private MemorySegment BeginSegment(int needed, string? appKey)
    {
        if (_segments.Count > 0 && _segments[^1] is { IsPartlyEmpty: true } last)
        {
            Shrink(last);
        }

        MemorySegment segment;
        if (_spare is { } spare && spare.Capacity >= needed)
        {
            segment = spare;
            _spare = null;
        }
        else
        {
            // As much as there is already: a partition with few events takes little, and one with many isn't cut into small pieces.
            int capacity = Math.Max(needed, (int)Math.Clamp(_segmentBytes, MinSegmentBytes, MaxSegmentBytes));
            if (capacity > MaxSegmentBytes)
            {
                spares.GiveUp(capacity);
            }

            segment = (capacity == MaxSegmentBytes ? spares.TryTake() : null) ?? new MemorySegment(capacity);
        }

        segment.AppKey = appKey;
        _segments.Add(segment);
        _segmentBytes += segment.Capacity;
        return segment;
    }
}
