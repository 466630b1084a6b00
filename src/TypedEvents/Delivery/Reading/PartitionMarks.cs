namespace TypedEvents;

/// <summary>A position in some of the partitions: of several that are noted, the first.</summary>
internal sealed class PartitionMarks
{
    private const long None = long.MaxValue;

    private readonly long[] _positions = new long[Partition.Count];

    public PartitionMarks() => Array.Fill(_positions, None);

    public bool IsEmpty { get; private set; } = true;

    /// <summary>The position of a partition; <see langword="null"/>: none is noted.</summary>
    public long? this[int partition] => _positions[partition] == None ? null : _positions[partition];

    public void Note(int partition, long position)
    {
        _positions[partition] = Math.Min(position, _positions[partition]);
        IsEmpty &= position == None;
    }

    public void Remove(int partition)
    {
        _positions[partition] = None;
        IsEmpty = !_positions.AsSpan().ContainsAnyExcept(None);
    }

    /// <summary>Whether a position up to this one is noted, in any partition.</summary>
    public bool HasUpTo(long last) => _positions.AsSpan().ContainsAnyInRange(long.MinValue, last);

    public void Clear()
    {
        Array.Fill(_positions, None);
        IsEmpty = true;
    }
}
