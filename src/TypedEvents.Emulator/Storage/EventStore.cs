namespace TypedEvents.Emulator;

/// <summary>Stores each event once, by its <c>random_id</c>. When the log drops an event, its id is forgotten as well.</summary>
internal sealed class EventStore
{
    private readonly object _lock = new();
    private readonly Dictionary<string, ReceivedEvent> _byRandomId = new(StringComparer.Ordinal);
    private long _duplicates;
    private long _conflicts;

    public EventStore(EmulatorOptions options) =>
        Log = new(options.MaxEvents, options.MaxStoredBytes, received => received.Size, dropped => _byRandomId.Remove(dropped.RandomId));

    public ArrivalLog<ReceivedEvent> Log { get; }

    public long Duplicates => Interlocked.Read(ref _duplicates);

    public long Conflicts => Interlocked.Read(ref _conflicts);

    public void Keep(IReadOnlyList<ReceivedEvent> events)
    {
        lock (_lock)
        {
            var fresh = new List<ReceivedEvent>(events.Count);
            foreach (ReceivedEvent arrived in events)
            {
                if (_byRandomId.TryAdd(arrived.RandomId, arrived))
                {
                    arrived.CountArrival();
                    fresh.Add(arrived);
                }
                else
                {
                    CountDuplicate(_byRandomId[arrived.RandomId], arrived);
                }
            }

            Log.Add(fresh);
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _byRandomId.Clear();
            Interlocked.Exchange(ref _duplicates, 0);
            Interlocked.Exchange(ref _conflicts, 0);
            Log.Clear();
        }
    }

    private void CountDuplicate(ReceivedEvent first, ReceivedEvent duplicate)
    {
        first.CountArrival();
        Interlocked.Increment(ref _duplicates);
        if (first.Json != duplicate.Json)
        {
            Interlocked.Increment(ref _conflicts);
        }
    }
}
