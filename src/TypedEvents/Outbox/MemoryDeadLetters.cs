namespace TypedEvents;

/// <summary>The dead letters of a memory outbox, in the order of their positions.</summary>
internal sealed class MemoryDeadLetters
{
    private readonly SortedDictionary<long, MemoryDeadLetter> _deadLetters = [];

    public int Count => _deadLetters.Count;

    /// <summary>What they take in memory, in bytes.</summary>
    public long Bytes { get; private set; }

    public IEnumerable<MemoryDeadLetter> All => _deadLetters.Values;

    public MemoryDeadLetter? Oldest
    {
        get
        {
            foreach (MemoryDeadLetter deadLetter in _deadLetters.Values)
            {
                return deadLetter;
            }

            return null;
        }
    }

    public MemoryDeadLetter this[long position] => _deadLetters[position];

    public void Add(MemoryDeadLetter added)
    {
        _deadLetters.Add(added.Position, added);
        Bytes += added.Size;
    }

    public void Remove(MemoryDeadLetter removed)
    {
        _deadLetters.Remove(removed.Position);
        Bytes -= removed.Size;
    }
}
