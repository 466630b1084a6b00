namespace TypedEvents;

/// <summary>The names on hold, and of which of them an event is sent next.</summary>
internal sealed class HeldNameSchedule
{
    private readonly Dictionary<string, HeldName> _names = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> Names => _names.Keys;

    public bool Contains(string eventName) => _names.ContainsKey(eventName);

    /// <returns>Whether it wasn't on hold before.</returns>
    public bool Add(string eventName, TimeSpan now) => _names.TryAdd(eventName, new HeldName(eventName, now));

    /// <returns>Whether it was on hold.</returns>
    public bool Remove(string eventName) => _names.Remove(eventName);

    /// <summary>A name of which an event is to be sent now.</summary>
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

    /// <summary>When an event of a name on hold is sent next.</summary>
    public TimeSpan? NextDue(TimeSpan now)
    {
        var next = new EarliestTime(now);
        foreach (HeldName held in _names.Values)
        {
            next.Add(held.NextTry);
        }

        return next.Value;
    }
}
