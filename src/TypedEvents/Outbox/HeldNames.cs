namespace TypedEvents;

/// <summary>The names that a memory outbox holds, with the pending events of each.</summary>
internal sealed class HeldNames
{
    /// <summary>What an event takes here: its node in the sorted dictionary.</summary>
    public const int BytesPerEvent = 64;

    private readonly Dictionary<string, SortedDictionary<long, MemoryPartition>> _partitions = new(StringComparer.Ordinal);

    /// <summary>Nothing is held.</summary>
    public static HeldNames None { get; } = new();

    public bool IsEmpty => _partitions.Count == 0;

    public IReadOnlyCollection<string> Names => new List<string>(_partitions.Keys);

    /// <summary>The held event with the lowest position: its partition and position.</summary>
    public (MemoryPartition Partition, long Position)? Oldest
    {
        get
        {
            (MemoryPartition Partition, long Position)? oldest = null;
            foreach (SortedDictionary<long, MemoryPartition> events in _partitions.Values)
            {
                foreach ((long position, MemoryPartition partition) in events)
                {
                    oldest = oldest?.Position < position ? oldest : (partition, position);
                    break;
                }
            }

            return oldest;
        }
    }

    public bool Contains(string eventName) => _partitions.Count > 0 && _partitions.ContainsKey(eventName);

    public bool TryHold(string eventName) => _partitions.TryAdd(eventName, []);

    public void Add(string eventName, MemoryPartition partition, long position) => _partitions[eventName].Add(position, partition);

    public void Remove(string eventName, long position) => _partitions[eventName].Remove(position);

    /// <returns>Whether it was held.</returns>
    public bool Release(string eventName) => _partitions.Remove(eventName);

    /// <summary>The first held event of a name after a position: its partition and position.</summary>
    public (MemoryPartition Partition, long Position)? FirstAfter(string eventName, long after)
    {
        if (_partitions.TryGetValue(eventName, out SortedDictionary<long, MemoryPartition>? events))
        {
            foreach ((long position, MemoryPartition partition) in events)
            {
                if (position > after)
                {
                    return (partition, position);
                }
            }
        }

        return null;
    }
}
