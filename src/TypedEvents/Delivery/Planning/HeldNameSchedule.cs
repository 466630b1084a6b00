namespace TypedEvents;

/// <summary>The names that are held, an event of each of which is tried now and then.</summary>
internal sealed class HeldNameSchedule
{
    private readonly Dictionary<string, HeldName> _names = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> Names => _names.Keys;

    /// <summary>When the first of them is tried next.</summary>
    public TimeSpan? NextTry
    {
        get
        {
            TimeSpan? first = null;
            foreach (HeldName held in _names.Values)
            {
                first = first < held.NextTry ? first : held.NextTry;
            }

            return first;
        }
    }

    public bool Contains(string eventName) => _names.ContainsKey(eventName);

    public void Add(string eventName, TimeSpan now) => _names.TryAdd(eventName, new HeldName(eventName, now));

    public bool Remove(string eventName) => _names.Remove(eventName);

    /// <summary>A name of which an event is to be tried now.</summary>
    public HeldName? Due(TimeSpan now)
    {
        foreach (HeldName held in _names.Values)
        {
            if (held.NextTry <= now)
            {
                return held;
            }
        }

        return null;
    }

    /// <summary>Takes over what the outbox holds.</summary>
    public void Load(IReadOnlyCollection<string> names, TimeSpan now)
    {
        Dictionary<string, HeldName> before = new(_names, StringComparer.Ordinal);
        _names.Clear();
        foreach (string name in names)
        {
            _names[name] = before.GetValueOrDefault(name) ?? new HeldName(name, now);
        }
    }
}
