using System.Text.Json;

namespace TypedEvents.Emulator;

/// <summary>
/// What was seen of the plan, and of events outside it. The number of names is bounded, because a client can send any. Thread-safe.
/// </summary>
internal sealed class PlanCoverage(PlanCheck plan)
{
    private const int MaxEvents = 2_000;
    private const int MaxProperties = 500;
    private const int MaxNameLength = 200;

    private readonly object _lock = new();
    private readonly Dictionary<string, SeenEvent> _events = new(StringComparer.Ordinal);
    private long _uncounted;

    /// <summary>How many events weren't counted, because there were too many names.</summary>
    public long Uncounted
    {
        get
        {
            lock (_lock)
            {
                return _uncounted;
            }
        }
    }

    /// <summary>How many of the plan's events were seen.</summary>
    public (int Seen, int Total) Progress()
    {
        lock (_lock)
        {
            return (plan.EventNames.Count(_events.ContainsKey), plan.EventNames.Count());
        }
    }

    public void Add(PageRow row)
    {
        // Repeats and what was rejected cover nothing new.
        if (row.Ordinal != 1)
        {
            return;
        }

        lock (_lock)
        {
            if (row.Received.EventName.Length > MaxNameLength)
            {
                _uncounted++;
                return;
            }

            if (!_events.TryGetValue(row.Received.EventName, out SeenEvent? seen))
            {
                if (_events.Count >= MaxEvents && plan.Event(row.Received.EventName) is null)
                {
                    _uncounted++;
                    return;
                }

                _events.Add(row.Received.EventName, seen = new SeenEvent());
            }

            seen.Count++;
            seen.Breaks += row.Problems > 0 ? 1 : 0;
            seen.LastSeen = row.Time;
            IReadOnlyDictionary<string, PropertyCheck>? planned = plan.Properties(row.Received.EventName);
            foreach (JsonProperty property in PlanCheck.Enumerate(row.Received))
            {
                if (!seen.Properties.TryGetValue(property.Name, out SeenProperty? of))
                {
                    if (seen.Properties.Count >= MaxProperties || property.Name.Length > MaxNameLength)
                    {
                        continue;
                    }

                    seen.Properties.Add(property.Name, of = new SeenProperty());
                }

                of.Count++;
                string type = PropertyCheck.TypeOf(property.Value);
                of.Types[type] = of.Types.GetValueOrDefault(type) + 1;
                if (planned?.GetValueOrDefault(property.Name)?.Property.Values is { } expected)
                {
                    string[] sent = property.Value.ValueKind == JsonValueKind.Array
                        ? [.. property.Value.EnumerateArray().Select(PropertyCheck.Show)]
                        : [PropertyCheck.Show(property.Value)];
                    of.Values.UnionWith(expected.Select(PropertyCheck.Show).Where(value => sent.Contains(value, StringComparer.Ordinal)));
                }
            }
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _events.Clear();
            _uncounted = 0;
        }
    }

    /// <summary>The type that a property mostly has in other events, if it isn't <paramref name="type"/>.</summary>
    public string? OtherType(string eventName, string property, string type)
    {
        lock (_lock)
        {
            return _events.GetValueOrDefault(eventName)?.Properties.GetValueOrDefault(property)?.Types
                .Where(other => other.Key != type)
                .OrderByDescending(other => other.Value)
                .Select(other => other.Key)
                .FirstOrDefault();
        }
    }

    public List<CoveredEventJson> Report()
    {
        lock (_lock)
        {
            IEnumerable<string> names = plan.EventNames.Union(_events.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal);
            return [.. names.Select(Report)];
        }
    }

    private CoveredEventJson Report(string name)
    {
        SeenEvent seen = _events.GetValueOrDefault(name) ?? new SeenEvent();
        IReadOnlyDictionary<string, PropertyCheck>? planned = plan.Properties(name);
        return new CoveredEventJson
        {
            Name = name,
            IsPlanned = planned is not null,
            Description = plan.Event(name)?.Description,
            Count = seen.Count,
            Breaks = seen.Breaks,
            LastSeen = seen.Count == 0 ? null : seen.LastSeen.ToUnixTimeMilliseconds(),
            Unseen = [.. (planned ?? Nothing).Keys.Where(property => !seen.Properties.ContainsKey(property))],
            AlwaysSent = [.. (planned ?? Nothing)
                .Where(property => seen.Count > 1 && !property.Value.Property.Required && seen.Properties.GetValueOrDefault(property.Key)?.Count == seen.Count)
                .Select(property => property.Key)],
            UnseenValues = [.. (planned ?? Nothing).SelectMany(property => UnseenValues(property.Key, property.Value, seen))],
            Properties = [.. seen.Properties.Select(property => new CoveredPropertyJson
            {
                Name = property.Key,
                Count = property.Value.Count,
                Types = [.. property.Value.Types.OrderByDescending(type => type.Value).Select(type => type.Key)],
                IsPlanned = planned?.ContainsKey(property.Key) ?? false,
            })],
        };
    }

    private static readonly Dictionary<string, PropertyCheck> Nothing = [];

    private static IEnumerable<string> UnseenValues(string name, PropertyCheck check, SeenEvent seen) =>
        seen.Count == 0 || check.Property.Values is not { } values || !seen.Properties.TryGetValue(name, out SeenProperty? property)
            ? []
            : values.Select(PropertyCheck.Show).Where(value => !property.Values.Contains(value)).Select(value => $"{name}={value}");

    private sealed class SeenEvent
    {
        public long Count { get; set; }

        public long Breaks { get; set; }

        public DateTimeOffset LastSeen { get; set; }

        public Dictionary<string, SeenProperty> Properties { get; } = new(StringComparer.Ordinal);
    }

    private sealed class SeenProperty
    {
        public long Count { get; set; }

        public Dictionary<string, long> Types { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Values { get; } = new(StringComparer.Ordinal);
    }
}
