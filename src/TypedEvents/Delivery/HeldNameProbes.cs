namespace TypedEvents;

/// <summary>When an event of each name that is held is tried next.</summary>
internal sealed class HeldNameProbes
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan BriefInterval = TimeSpan.FromSeconds(3);

    private readonly Dictionary<string, TimeSpan> _next = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> Names => _next.Keys;

    /// <summary>When the first of them is tried next.</summary>
    public TimeSpan? NextTry
    {
        get
        {
            TimeSpan? first = null;
            foreach (TimeSpan next in _next.Values)
            {
                first = first < next ? first : next;
            }

            return first;
        }
    }

    public bool Contains(string eventName) => _next.ContainsKey(eventName);

    public void Add(string eventName, TimeSpan now) => _next.TryAdd(eventName, now + Interval);

    public bool Remove(string eventName) => _next.Remove(eventName);

    public void Postpone(string eventName, TimeSpan now) => _next[eventName] = now + Interval;

    /// <summary>One was picked that can't go before its user is known.</summary>
    public void PostponeBriefly(string eventName, TimeSpan now) => _next[eventName] = now + BriefInterval;

    /// <summary>A name of which an event is to be tried now.</summary>
    public string? Due(TimeSpan now)
    {
        foreach ((string name, TimeSpan next) in _next)
        {
            if (next <= now)
            {
                return name;
            }
        }

        return null;
    }

    /// <summary>Takes over what the outbox holds.</summary>
    public void Load(IReadOnlyCollection<string> names, TimeSpan now)
    {
        Dictionary<string, TimeSpan> before = new(_next);
        _next.Clear();
        foreach (string name in names)
        {
            _next[name] = before.TryGetValue(name, out TimeSpan next) ? next : now + Interval;
        }
    }
}
