using System.Text.Json;

namespace TypedEvents.Emulator;

/// <summary>Compares events with the plan, if there is one, or else with the types that other events had.</summary>
internal sealed class PlanCheck
{
    private const int MaxSuggestionDistance = 2;

    private readonly PlanDocument? _plan;
    private readonly Dictionary<string, Dictionary<string, PropertyCheck>> _checks = new(StringComparer.Ordinal);

    public PlanCheck(PlanDocument? plan)
    {
        _plan = plan;
        foreach ((string name, PlannedEvent planned) in plan?.Events ?? [])
        {
            _checks.Add(name, planned.Properties.ToDictionary(property => property.Key, property => new PropertyCheck(property.Value), StringComparer.Ordinal));
        }

        Coverage = new PlanCoverage(this);
    }

    public bool HasPlan => _plan is not null;

    public IEnumerable<string> EventNames => _checks.Keys;

    public PlanCoverage Coverage { get; }

    public PlannedEvent? Event(string name) => _plan?.Events.GetValueOrDefault(name);

    public PlannedSource? Source(string name) => _plan?.Source?.GetValueOrDefault(name);

    public IReadOnlyDictionary<string, PropertyCheck>? Properties(string eventName) => _checks.GetValueOrDefault(eventName);

    /// <summary>How many properties break the plan; 1 for an event that isn't in it.</summary>
    public int CountProblems(ReceivedEvent received) =>
        !HasPlan ? 0
        : !_checks.ContainsKey(received.EventName) ? 1
        : Compare(received).Count(property => property.Problem is not null);

    /// <summary>Each property that the event has or should have.</summary>
    public IEnumerable<ComparedProperty> Compare(ReceivedEvent received)
    {
        Dictionary<string, PropertyCheck>? planned = _checks.GetValueOrDefault(received.EventName);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonProperty property in Enumerate(received))
        {
            seen.Add(property.Name);
            if (planned is null)
            {
                string type = PropertyCheck.TypeOf(property.Value);
                string? elsewhere = HasPlan ? null : Coverage.OtherType(received.EventName, property.Name, type);
                yield return new(property.Name, property.Value, type, null, null, elsewhere is null ? null : $"elsewhere {elsewhere}");
            }
            else if (planned.TryGetValue(property.Name, out PropertyCheck? check))
            {
                string? hint = check.Property.Deprecated is null ? null : $"deprecated {check.Property.Deprecated}".Trim();
                yield return new(property.Name, property.Value, PropertyCheck.TypeOf(property.Value), check.Expectation, check.Find(property.Value), hint);
            }
            else
            {
                string? similar = Similar(property.Name, planned.Keys);
                yield return new(
                    property.Name, property.Value, PropertyCheck.TypeOf(property.Value), null, "not in the plan", similar is null ? null : $"did you mean {similar}?");
            }
        }

        foreach ((string name, PropertyCheck check) in planned ?? [])
        {
            if (check.Property.Required && !seen.Contains(name))
            {
                yield return new(name, null, check.Property.Type, check.Expectation, "missing", null);
            }
        }
    }

    public static IEnumerable<JsonProperty> Enumerate(ReceivedEvent received) =>
        received.Properties is { } properties ? properties.EnumerateObject() : Enumerable.Empty<JsonProperty>();

    /// <summary>The most similar of some names, if one is similar enough for a typing error.</summary>
    public static string? Similar(string name, IEnumerable<string> names) => names
        .Select(candidate => (Candidate: candidate, Distance: Distance(name, candidate)))
        .Where(pair => pair.Distance <= MaxSuggestionDistance)
        .OrderBy(pair => pair.Distance)
        .Select(pair => pair.Candidate)
        .FirstOrDefault();

    /// <summary>The Levenshtein distance, or more than the maximum.</summary>
    private static int Distance(string left, string right)
    {
        if (Math.Abs(left.Length - right.Length) > MaxSuggestionDistance || left.Length > 64)
        {
            return int.MaxValue;
        }

        int[] previous = [.. Enumerable.Range(0, right.Length + 1)];
        int[] current = new int[right.Length + 1];
        for (int i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                current[j] = Math.Min(
                    Math.Min(current[j - 1], previous[j]) + 1,
                    previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1));
            }

            (previous, current) = (current, previous);
        }

        return previous[right.Length];
    }
}

/// <summary>A property of an event beside the plan.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">The value; <see langword="null"/> if it is missing.</param>
/// <param name="Type">The type of the value, or the one expected.</param>
/// <param name="Expectation">What the plan says; <see langword="null"/> if it doesn't have the property.</param>
/// <param name="Problem">What breaks the plan, or <see langword="null"/>.</param>
/// <param name="Hint">What else there is to say.</param>
internal sealed record ComparedProperty(string Name, JsonElement? Value, string Type, string? Expectation, string? Problem, string? Hint);
