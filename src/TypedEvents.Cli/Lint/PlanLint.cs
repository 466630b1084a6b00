using System.Text.RegularExpressions;

namespace TypedEvents.Cli;

/// <summary>Finds what can be bettered in a plan and takes the whole plan to see; what one event shows, the analyzers report as it is typed.</summary>
internal sealed partial class PlanLint
{
    private const int MaxProperties = 30;

    /// <summary>A naming pattern is the plan's own if this share of its events has it, and it has at least <see cref="MinEventsForPattern"/>.</summary>
    private const double PatternShare = 0.8;

    private const int MinEventsForPattern = 10;

    private static readonly string[] GenericNames = ["data", "value", "info", "details", "payload", "object", "item", "extra", "misc", "param", "params", "custom", "field"];

    private static readonly string[] AmountWords = ["duration", "elapsed", "latency", "timeout", "delay", "size", "weight", "distance", "length", "amount", "price", "total"];

    private static readonly string[] UnitWords =
    [
        "ms", "milliseconds", "seconds", "sec", "s", "minutes", "min", "hours", "days", "bytes", "kb", "mb", "gb", "kib", "mib", "px", "pixels", "percent", "ratio",
        "kg", "g", "lb", "km", "m", "cm", "mm", "miles", "cents", "usd", "eur", "gbp", "count", "items",
    ];

    private readonly TrackingPlan _plan;
    private readonly UsageReport? _usages;
    private readonly PlanSettings _settings;
    private readonly List<Finding> _findings = [];

    private PlanLint(TrackingPlan plan, UsageReport? usages, PlanSettings settings)
    {
        _plan = plan;
        _usages = usages;
        _settings = settings;
    }

    /// <summary>The findings, sorted by event, property and id.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="usages">Who tracks its events; <see langword="null"/> where that isn't known, such as for a plan file.</param>
    /// <param name="settings">The configured levels and exceptions.</param>
    public static IReadOnlyList<Finding> Check(TrackingPlan plan, UsageReport? usages, PlanSettings settings)
    {
        var lint = new PlanLint(plan, usages, settings);
        foreach ((string name, PlanEvent declared) in plan.Events)
        {
            lint.CheckEvent(name, declared);
        }

        lint.CheckTypes();
        lint.CheckNearNames();
        lint.CheckPattern();
        lint.CheckAssemblies();
        lint.CheckExceptions();
        return [.. lint._findings
            .OrderBy(finding => finding.Event, StringComparer.Ordinal)
            .ThenBy(finding => finding.Property, StringComparer.Ordinal)
            .ThenBy(finding => finding.Id, StringComparer.Ordinal)];
    }

    private void CheckEvent(string name, PlanEvent declared)
    {
        if (string.IsNullOrWhiteSpace(declared.Description) && _settings.ChecksDescriptionsOfEvents)
        {
            Add("TEP601", name, null, "has no description: write a <summary>, or Description in [EngageEvent].");
        }

        if (declared.Owner is null && _settings.LevelOf("TEP610") is not null)
        {
            Add("TEP610", name, null, "has no owner: set Owner in [EngageEvent].");
        }

        if (declared.Properties.Count > MaxProperties)
        {
            Add("TEP608", name, null, $"has {declared.Properties.Count} properties, more than {MaxProperties}: is it one event?");
        }

        foreach ((string property, PlanProperty value) in declared.Properties)
        {
            CheckProperty(name, property, value);
        }

        if (_usages is null)
        {
            return;
        }

        bool isTracked = _usages.IsTracked(name);
        if (!isTracked && !declared.IsDeprecated)
        {
            bool isOnlyTested = _usages.Usages.Any(usage => usage.Event == name && usage.IsTest);
            Add("TEP611", name, null, isOnlyTested ? "is tracked by tests only." : "is never tracked.");
        }
        else if (isTracked && declared.IsDeprecated)
        {
            string places = string.Join(", ", _usages.Of(name).Take(3));
            Add("TEP612", name, null, $"is deprecated and still tracked: {places}.");
        }
    }

    private void CheckProperty(string name, string property, PlanProperty value)
    {
        if (string.IsNullOrWhiteSpace(value.Description) && _settings.ChecksDescriptionsOfProperties)
        {
            Add("TEP601", name, property, "has no description: write a <param> or <summary>, or Description in [EventProperty].");
        }

        if (PersonalNames.Find(property) is { } kind && !value.HasClass)
        {
            Add("TEP605", name, property, $"looks like {kind}, and has no [EventSensitivity].");
        }

        if (GenericNames.Contains(property, StringComparer.OrdinalIgnoreCase))
        {
            Add("TEP607", name, property, "has a name that doesn't say what it holds.");
        }

        string[] words = Words.Of(property);
        if (value.Type is WireTypes.Integer or WireTypes.Number
            && value.Format is null
            && words.Length > 0
            && AmountWords.Contains(words[^1])
            && !words.Any(UnitWords.Contains)
            && !HasUnit(value.Description))
        {
            Add("TEP609", name, property, "is an amount without a unit: put it into the name or the description.");
        }
    }

    private static bool HasUnit(string? description) =>
        description is not null && Words.Of(description.Replace(',', ' ')).Any(word => UnitWords.Contains(word) || word is "currency" or "characters" or "meters" or "metres" or "cent" or "euro" or "dollars");

    private void CheckTypes()
    {
        foreach (IGrouping<string, (string Event, string Property, PlanProperty Value)> same in AllProperties().GroupBy(property => property.Property, StringComparer.Ordinal))
        {
            (string Type, string[] Events)[] types = [.. same
                .GroupBy(property => property.Value.Format is null ? property.Value.Type : $"{property.Value.Type} ({property.Value.Format})", StringComparer.Ordinal)
                .OrderByDescending(type => type.Count()).ThenBy(type => type.Key, StringComparer.Ordinal)
                .Select(type => (type.Key, type.Select(property => property.Event).ToArray()))];
            if (types.Length > 1)
            {
                foreach ((string type, string[] events) in types.Skip(1))
                {
                    foreach (string eventName in events)
                    {
                        Add("TEP602", eventName, same.Key, $"is {type} here and {types[0].Type} in {types[0].Events[0]}.");
                    }
                }
            }
        }
    }

    private void CheckNearNames()
    {
        string[] events = [.. _plan.Events.Keys.Order(StringComparer.Ordinal)];
        Pairs(events, (first, second) => Add("TEP603", second, null, $"is nearly the same name as {first}."));

        string[] properties = [.. AllProperties().Select(property => property.Property).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        Dictionary<string, string> users = new(StringComparer.Ordinal);
        foreach ((string eventName, string property, _) in AllProperties())
        {
            users.TryAdd(property, eventName);
        }

        Pairs(properties, (first, second) => Add("TEP604", users[second], second, $"is nearly the same name as {first} in {users[first]}."));

        static void Pairs(string[] names, Action<string, string> report)
        {
            string[] keys = [.. names.Select(Words.NearKey)];
            for (int first = 0; first < names.Length; first++)
            {
                for (int second = first + 1; second < names.Length; second++)
                {
                    if (keys[first] == keys[second] || Words.AreOneSlipApart(names[first], names[second]))
                    {
                        report(names[first], names[second]);
                    }
                }
            }
        }
    }

    private void CheckPattern()
    {
        if (_settings.PatternOf("TEP606") is { } configured)
        {
            var pattern = new Regex(configured, RegexOptions.CultureInvariant);
            foreach (string name in _plan.Events.Keys.Where(name => !pattern.IsMatch(name)))
            {
                Add("TEP606", name, null, $"doesn't match the configured pattern {configured}.");
            }

            return;
        }

        if (_plan.Events.Count < MinEventsForPattern)
        {
            return;
        }

        foreach ((string description, Func<string[], bool> follows) in Patterns())
        {
            string[] outliers = [.. _plan.Events.Keys.Where(name => !follows(Words.Of(name)))];
            if (outliers.Length > 0 && _plan.Events.Count - outliers.Length >= PatternShare * _plan.Events.Count)
            {
                foreach (string name in outliers)
                {
                    Add("TEP606", name, null, $"differs from most other events, which {description}.");
                }
            }
        }
    }

    private static IEnumerable<(string Description, Func<string[], bool> Follows)> Patterns()
    {
        yield return ("end with a verb in the past tense, such as order_placed", words => words.Length > 0 && IsPast(words[^1]));
        yield return ("have at least two words", words => words.Length >= 2);
    }

    private static bool IsPast(string word) =>
        word.EndsWith("ed", StringComparison.Ordinal)
        || word is "sent" or "made" or "begun" or "begin" or "won" or "lost" or "seen" or "read" or "bought" or "sold" or "paid" or "left" or "shown" or "hidden" or "run"
            or "opened" or "built" or "found" or "given" or "taken" or "written" or "chosen" or "known" or "set" or "put" or "up" or "out" or "in";

    private void CheckAssemblies()
    {
        foreach ((string name, PlanEvent other) in _plan.Duplicates)
        {
            PlanEvent first = _plan.Events[name];
            if (!first.Properties.OrderBy(property => property.Key, StringComparer.Ordinal)
                .Select(property => (property.Key, PlanWriter.Contract(property.Value).ToString()))
                .SequenceEqual(other.Properties.OrderBy(property => property.Key, StringComparer.Ordinal).Select(property => (property.Key, PlanWriter.Contract(property.Value).ToString()))))
            {
                Add("TEP613", name, null, $"is declared by {first.Type} in {first.Assembly} and with other properties by {other.Type} in {other.Assembly}.", FindingLevel.Breaking);
            }
        }
    }

    /// <summary>Runs last: the other rules have used the exceptions that have an effect.</summary>
    private void CheckExceptions()
    {
        foreach (PlanException exception in _settings.Exceptions.Where(exception => !exception.IsUsed && exception.Id.StartsWith("TEP6", StringComparison.Ordinal)))
        {
            FindingLevel level = _settings.LevelOf("TEP614") ?? FindingLevel.Risky;
            if (level != FindingLevel.None)
            {
                _findings.Add(new Finding
                {
                    Id = "TEP614",
                    Level = level,
                    IsLint = true,
                    Message = $"The exception '{exception.Subject}' for {exception.Id} has no effect: remove it.",
                    Location = exception.Location,
                });
            }
        }
    }

    private IEnumerable<(string Event, string Property, PlanProperty Value)> AllProperties() =>
        _plan.Events.SelectMany(declared => declared.Value.Properties.Select(property => (declared.Key, property.Key, property.Value)));

    private void Add(string id, string eventName, string? property, string message, FindingLevel level = FindingLevel.Risky)
    {
        level = _settings.LevelOf(id) ?? level;
        if (level == FindingLevel.None || _settings.IsExcepted(id, eventName, property))
        {
            return;
        }

        _findings.Add(new Finding
        {
            Id = id,
            Level = level,
            IsLint = true,
            Event = eventName,
            Property = property,
            Message = message,
            Owner = _plan.Events[eventName].Owner,
            Location = _plan.Locations.Find(eventName, property),
        });
    }
}
