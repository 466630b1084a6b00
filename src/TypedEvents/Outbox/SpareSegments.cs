namespace TypedEvents;

/// <summary>
/// Full-sized segments whose events are delivered, kept for the next ones, up to a limit: allocating memory costs more than filling it.
/// </summary>
internal sealed class SpareSegments(long maxBytes)
{
    private readonly Stack<MemorySegment> _segments = [];

    public long Bytes => (long)_segments.Count * MemoryPartition.MaxSegmentBytes;

    public void Keep(MemorySegment segment)
    {
        if (Bytes < maxBytes)
        {
            _segments.Push(segment);
        }
    }

    /// <summary>Leaves the place of some to a segment of another size.</summary>
    public void GiveUp(int bytes)
    {
        for (; bytes > 0 && _segments.TryPop(out _); bytes -= MemoryPartition.MaxSegmentBytes)
        {
        }
    }

    public MemorySegment? TryTake() => _segments.TryPop(out MemorySegment? segment) ? segment : null;
}
