namespace TypedEvents;

/// <summary>
/// Full-sized segments whose events are delivered, kept for the next ones, up to a limit: to get memory anew costs more than to fill it.
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

    public MemorySegment? TryTake() => _segments.TryPop(out MemorySegment? segment) ? segment : null;
}
