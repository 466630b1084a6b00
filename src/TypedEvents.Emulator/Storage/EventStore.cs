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

    /// <summary>Stores events, and returns the arrival of each.</summary>
    public IReadOnlyList<Arrival> Keep(IReadOnlyList<ReceivedEvent> events)
    {
        var arrivals = new List<Arrival>(events.Count);
        lock (_lock)
        {
            var fresh = new List<ReceivedEvent>(events.Count);
            foreach (ReceivedEvent arrived in events)
            {
                if (_byRandomId.TryAdd(arrived.RandomId, arrived))
                {
                    arrived.CountArrival();
                    fresh.Add(arrived);
                    arrivals.Add(new Arrival(arrived, 1, IsConflict: false));
                }
                else
                {
                    arrivals.Add(CountDuplicate(_byRandomId[arrived.RandomId], arrived));
                }
            }

            Log.Add(fresh);
        }

        return arrivals;
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

    private Arrival CountDuplicate(ReceivedEvent first, ReceivedEvent duplicate)
    {
        first.CountArrival();
        Interlocked.Increment(ref _duplicates);
        bool isConflict = first.Json != duplicate.Json;
        if (isConflict)
        {
            Interlocked.Increment(ref _conflicts);
        }

        return new Arrival(duplicate, first.Arrivals, isConflict);
    }
}
