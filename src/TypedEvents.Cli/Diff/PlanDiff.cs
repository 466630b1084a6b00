namespace TypedEvents.Cli;

/// <summary>
/// Compares two plans, seen from who reads the events: a promise that is given up breaks readers, a new one doesn't. Levels that depend on
/// facts beside the two plans come from <see cref="DiffFacts"/>.
/// </summary>
internal sealed class PlanDiff
{
    /// <summary>The share of common properties from which a removed and an added event count as one that was renamed.</summary>
    private const double RenameSimilarity = 0.6;

    private readonly TrackingPlan _before;
    private readonly TrackingPlan _after;
    private readonly DiffFacts _facts;
    private readonly List<Finding> _findings = [];

    private PlanDiff(TrackingPlan before, TrackingPlan after, DiffFacts facts)
    {
        _before = before;
        _after = after;
        _facts = facts;
    }

    /// <summary>The differences, sorted by event, property and id.</summary>
    public static IReadOnlyList<Finding> Compare(TrackingPlan before, TrackingPlan after, DiffFacts? facts = null)
    {
        var diff = new PlanDiff(before, after, facts ?? new DiffFacts());
        diff.CompareEvents();
        return [.. diff._findings
            .OrderBy(finding => finding.Event, StringComparer.Ordinal)
            .ThenBy(finding => finding.Property, StringComparer.Ordinal)
            .ThenBy(finding => finding.Id, StringComparer.Ordinal)];
    }

    private void CompareEvents()
    {
        SortedSet<string> removed = new(_before.Events.Keys.Where(name => !_after.Events.ContainsKey(name)), StringComparer.Ordinal);
        SortedSet<string> added = new(_after.Events.Keys.Where(name => !_before.Events.ContainsKey(name)), StringComparer.Ordinal);
        foreach (string name in removed)
        {
            PlanEvent old = _before.Events[name];
            if (FindNewName(name, old, removed, added) is { } newName)
            {
                added.Remove(newName);
                bool isAnnounced = old is { IsDeprecated: true, ReplacedBy: not null };
                Add("TEP102", isAnnounced ? FindingLevel.Risky : FindingLevel.Breaking, name, null, $"is now {newName}.", name, newName, isRemoval: true);
            }
            else
            {
                bool isExpected = old.IsDeprecated || _facts.NeverTracked.Contains(name);
                Add("TEP101", isExpected ? FindingLevel.Risky : FindingLevel.Breaking, name, null,
                    old.IsDeprecated ? "was deprecated and is now removed." : isExpected ? "was never tracked and is now removed." : "was removed.", isRemoval: true);
            }
        }

        foreach (string name in added)
        {
            if (_before.Removed.TryGetValue(name, out RemovedEvent? earlier) && !earlier.IsShapeOf(_after.Events[name]))
            {
                Add("TEP103", FindingLevel.Breaking, name, null, "comes back with other properties under a name that was removed.",
                    ShapeText(earlier.Properties), ShapeText(_after.Events[name].Properties.ToDictionary(property => property.Key, property => property.Value.Type)));
            }
            else
            {
                Add("TEP104", FindingLevel.Safe, name, null, "is new.");
            }

            ReportPersonalProperties(name, _after.Events[name], _after.Events[name].Properties.Keys);
        }

        foreach ((string name, PlanEvent old) in _before.Events)
        {
            if (_after.Events.TryGetValue(name, out PlanEvent? now))
            {
                CompareEvent(name, old, now);
            }
        }
    }

    /// <summary>The event that a removed one has become: the one that it names, or the only one that is nearly the same.</summary>
    private string? FindNewName(string name, PlanEvent old, SortedSet<string> removed, SortedSet<string> added)
    {
        if (old.ReplacedBy is { } named && added.Contains(named))
        {
            return named;
        }

        string[] likely = [.. added.Where(candidate => Similarity(old, _after.Events[candidate]) >= RenameSimilarity)];
        return likely.Length == 1
            && removed.Count(other => Similarity(_before.Events[other], _after.Events[likely[0]]) >= RenameSimilarity) == 1
            && !_before.Removed.ContainsKey(likely[0])
            && !string.Equals(likely[0], name, StringComparison.Ordinal)
            ? likely[0]
            : null;
    }

    private static double Similarity(PlanEvent left, PlanEvent right)
    {
        int most = Math.Max(left.Properties.Count, right.Properties.Count);
        int common = left.Properties.Count(property =>
            right.Properties.TryGetValue(property.Key, out PlanProperty? other) && other.Type == property.Value.Type && other.Format == property.Value.Format);
        return most == 0 ? 0 : (double)common / most;
    }

    private void CompareEvent(string name, PlanEvent old, PlanEvent now)
    {
        if (old.Type != now.Type || old.Assembly != now.Assembly)
        {
            Add("TEP105", FindingLevel.Safe, name, null, "is declared by another type.", $"{old.Type}, {old.Assembly}", $"{now.Type}, {now.Assembly}");
        }

        CompareDeprecation(name, null, (old.Deprecated, old.ReplacedBy), (now.Deprecated, now.ReplacedBy));
        CompareTexts(name, null, TextsOf(old), TextsOf(now));
        CompareProperties(name, old, now);
    }

    private void CompareProperties(string name, PlanEvent old, PlanEvent now)
    {
        List<string> removed = [.. old.Properties.Keys.Where(property => !now.Properties.ContainsKey(property)).Order(StringComparer.Ordinal)];
        List<string> added = [.. now.Properties.Keys.Where(property => !old.Properties.ContainsKey(property)).Order(StringComparer.Ordinal)];
        ReportPersonalProperties(name, now, added);
        foreach (string property in removed)
        {
            PlanProperty gone = old.Properties[property];
            string? newName = FindNewProperty(property, old, now, removed, added);
            bool breaks = gone.Required;
            FindingLevel level = (breaks, gone.IsDeprecated) switch
            {
                (true, false) => FindingLevel.Breaking,
                (true, true) or (false, false) => FindingLevel.Risky,
                _ => FindingLevel.Safe,
            };
            if (newName is not null)
            {
                Add("TEP203", level, name, property, $"is now {newName}.", property, newName, isRemoval: true);
            }
            else
            {
                Add(breaks ? "TEP201" : "TEP202", level, name, property,
                    (breaks, gone.IsDeprecated) switch
                    {
                        (_, true) => "was deprecated and is now removed.",
                        (true, _) => "was always sent and is now removed.",
                        _ => "was removed.",
                    },
                    isRemoval: true);
            }
        }

        HashSet<string> renamed = [.. _findings.Where(finding => finding.Id == "TEP203" && finding.Event == name).Select(finding => finding.After!)];
        foreach (string property in added.Where(property => !renamed.Contains(property)))
        {
            PlanProperty now1 = now.Properties[property];
            if (old.Removed.TryGetValue(property, out RemovedProperty? earlier) && (earlier.Type != now1.Type || earlier.Format != now1.Format))
            {
                Add("TEP204", FindingLevel.Breaking, name, property, "comes back with another type under a name that was removed.",
                    TypeText(earlier.Type, earlier.Format), TypeText(now1));
            }
            else
            {
                Add("TEP205", FindingLevel.Safe, name, property, now1.Required ? "is new and always sent." : "is new.", after: TypeText(now1));
            }
        }

        foreach ((string property, PlanProperty before) in old.Properties)
        {
            if (now.Properties.TryGetValue(property, out PlanProperty? after))
            {
                CompareProperty(name, property, before, after);
            }
        }
    }

    /// <summary>The only added property that can stand for a removed one, where that can stand for no other.</summary>
    private static string? FindNewProperty(string property, PlanEvent old, PlanEvent now, List<string> removed, List<string> added)
    {
        string contract = RenameKey(old.Properties[property]);
        string[] likely = [.. added.Where(candidate => RenameKey(now.Properties[candidate]) == contract)];
        return likely.Length == 1 && removed.Count(other => RenameKey(old.Properties[other]) == contract) == 1 && !old.Removed.ContainsKey(likely[0])
            ? likely[0]
            : null;
    }

    /// <summary>What a property that was only renamed keeps.</summary>
    private static string RenameKey(PlanProperty property) =>
        PlanWriter.Contract(property with { Deprecated = null, ReplacedBy = null, Sensitivity = null, Classifications = [] }).ToString();

    private void CompareProperty(string name, string property, PlanProperty before, PlanProperty after)
    {
        bool keepsType = CompareType(name, property, before, after);
        if (before.Required != after.Required)
        {
            if (before.Required)
            {
                Add("TEP206", FindingLevel.Breaking, name, property, "was always sent and now may be missing.", TypeText(before), TypeText(after));
            }
            else
            {
                Add("TEP207", FindingLevel.Safe, name, property, "is now always sent.", TypeText(before), TypeText(after));
            }
        }

        if (keepsType)
        {
            CompareValues(name, property, before, after);
            CompareRanges(name, property, before, after);
            ComparePattern(name, property, before, after);
        }

        CompareDeprecation(name, property, (before.Deprecated, before.ReplacedBy), (after.Deprecated, after.ReplacedBy));
        string? oldClass = ClassText(before);
        string? newClass = ClassText(after);
        if (oldClass != newClass)
        {
            Add("TEP503", FindingLevel.Risky, name, property,
                newClass is null ? $"is no longer classified as {oldClass}." : oldClass is null ? $"is now classified as {newClass}." : $"was classified as {oldClass} and now is as {newClass}.",
                oldClass, newClass);
        }

        CompareTexts(name, property, TextsOf(before), TextsOf(after));
    }

    /// <returns>Whether values of before and after can be compared.</returns>
    private bool CompareType(string name, string property, PlanProperty before, PlanProperty after)
    {
        if (before.Type == after.Type && before.Format == after.Format)
        {
            return true;
        }

        if (before.Type == after.Type || IsOneKind(before, after))
        {
            Add("TEP302", FindingLevel.Breaking, name, property, "is now written in another format.", TypeText(before.Type, before.Format), TypeText(after.Type, after.Format));
            return before.Type == after.Type;
        }

        FindingLevel level = (before.Type, after.Type) switch
        {
            (WireTypes.Integer, WireTypes.Number) => FindingLevel.Risky,
            (WireTypes.Number, WireTypes.Integer) => FindingLevel.Safe,
            _ => FindingLevel.Breaking,
        };
        Add("TEP301", level, name, property, "has another type.", TypeText(before.Type, before.Format), TypeText(after.Type, after.Format));
        return level != FindingLevel.Breaking;
    }

    /// <summary>Whether one C# type can be written in both ways: the type stayed, and the format changed.</summary>
    private static bool IsOneKind(PlanProperty before, PlanProperty after) =>
        (IsPointInTime(before) && IsPointInTime(after)) || (IsBoolean(before) && IsBoolean(after));

    private static bool IsPointInTime(PlanProperty property) =>
        property.Format is WireFormats.DateTime or WireFormats.UnixMilliseconds or WireFormats.DateAndTime;

    private static bool IsBoolean(PlanProperty property) => property.Type == WireTypes.Boolean || property.Format == WireFormats.BooleanString;

    private void CompareValues(string name, string property, PlanProperty before, PlanProperty after)
    {
        if (before.Values is null && after.Values is { } set)
        {
            Add("TEP405", FindingLevel.Safe, name, property, $"now has a list of values: {Text(set)}.", after: Text(set));
        }
        else if (before.Values is { } given && after.Values is null)
        {
            Add("TEP404", FindingLevel.Risky, name, property, $"may now have other values than {Text(given)}.", Text(given));
        }
        else if (before.Values is { } old && after.Values is { } now)
        {
            PlanValue[] gone = [.. old.Except(now)];
            PlanValue[] come = [.. now.Except(old)];
            if (before.Open && after.Open && gone.Length == 1 && come.Length == 1)
            {
                Add("TEP403", FindingLevel.Breaking, name, property, $"sends {come[0]} instead of {gone[0]}.", gone[0].ToString(), come[0].ToString());
            }
            else
            {
                Added(come, "may now be");
                Removed(gone, "is no longer");
            }
        }

        // A value that was denied and no longer is can now come, as one that was added to a list.
        Added([.. (before.Denied ?? []).Except(after.Denied ?? [])], "may now be");
        Removed([.. (after.Denied ?? []).Except(before.Denied ?? [])], "must no longer be");

        void Added(PlanValue[] values, string verb)
        {
            if (values.Length > 0)
            {
                Add("TEP401", FindingLevel.Risky, name, property, $"{verb} {Text(values)}.", after: Text(values));
            }
        }

        void Removed(PlanValue[] values, string verb)
        {
            if (values.Length > 0)
            {
                Add("TEP402", FindingLevel.Safe, name, property, $"{verb} {Text(values)}.", Text(values));
            }
        }
    }

    private void CompareRanges(string name, string property, PlanProperty before, PlanProperty after)
    {
        int[] changes =
        [
            CompareLower(Lower(before), Lower(after)),
            -CompareUpper(Upper(before), Upper(after)),
            (after.MinLength ?? 0).CompareTo(before.MinLength ?? 0),
            -(after.MaxLength ?? int.MaxValue).CompareTo(before.MaxLength ?? int.MaxValue),
            (after.MinItems ?? 0).CompareTo(before.MinItems ?? 0),
            -(after.MaxItems ?? int.MaxValue).CompareTo(before.MaxItems ?? int.MaxValue),
        ];
        string old = before.RangeText is { Length: > 0 } had ? had : "any";
        string now = after.RangeText is { Length: > 0 } has ? has : "any";
        if (Array.Exists(changes, change => change < 0))
        {
            Add("TEP406", FindingLevel.Risky, name, property, "may now be outside of the range that it had.", old, now);
        }
        else if (Array.Exists(changes, change => change > 0))
        {
            Add("TEP407", FindingLevel.Safe, name, property, "has a narrower range.", old, now);
        }
    }

    private static (PlanNumber? Number, bool IsExclusive) Lower(PlanProperty property) =>
        property.Min is { } min ? (min, false) : (property.ExclusiveMin, property.ExclusiveMin is not null);

    private static (PlanNumber? Number, bool IsExclusive) Upper(PlanProperty property) =>
        property.Max is { } max ? (max, false) : (property.ExclusiveMax, property.ExclusiveMax is not null);

    /// <summary>Positive where the lower bound has risen.</summary>
    private static int CompareLower((PlanNumber? Number, bool IsExclusive) before, (PlanNumber? Number, bool IsExclusive) after) =>
        (before.Number, after.Number) switch
        {
            (null, null) => 0,
            (null, _) => 1,
            (_, null) => -1,
            ({ } old, { } now) => now.CompareTo(old) is not 0 and int order ? order : after.IsExclusive.CompareTo(before.IsExclusive),
        };

    /// <summary>Positive where the upper bound has risen.</summary>
    private static int CompareUpper((PlanNumber? Number, bool IsExclusive) before, (PlanNumber? Number, bool IsExclusive) after) =>
        (before.Number, after.Number) switch
        {
            (null, null) => 0,
            (null, _) => -1,
            (_, null) => 1,
            ({ } old, { } now) => now.CompareTo(old) is not 0 and int order ? order : before.IsExclusive.CompareTo(after.IsExclusive),
        };

    private void ComparePattern(string name, string property, PlanProperty before, PlanProperty after)
    {
        if (before.Pattern == after.Pattern)
        {
            return;
        }

        if (before.Pattern is null)
        {
            Add("TEP408", FindingLevel.Safe, name, property, "now has a pattern.", after: after.Pattern);
        }
        else
        {
            Add("TEP408", FindingLevel.Risky, name, property, after.Pattern is null ? "has no pattern any more." : "has another pattern.", before.Pattern, after.Pattern);
        }
    }

    private void CompareDeprecation(string name, string? property, (string? Deprecated, string? ReplacedBy) before, (string? Deprecated, string? ReplacedBy) after)
    {
        if (before != after)
        {
            Add("TEP502", FindingLevel.Safe, name, property,
                after.Deprecated is null ? before.Deprecated is null ? "names another replacement." : "is no longer deprecated."
                : before.Deprecated is null ? $"is now deprecated. {after.Deprecated}".TrimEnd()
                : "has another deprecation notice.",
                Deprecation(before), Deprecation(after));
        }
    }

    private static string? Deprecation((string? Deprecated, string? ReplacedBy) value) =>
        (value.Deprecated, value.ReplacedBy) switch
        {
            (null, null) => null,
            (_, null) => value.Deprecated,
            (null, _) => $"replaced by {value.ReplacedBy}",
            _ => $"{value.Deprecated} Replaced by {value.ReplacedBy}.".TrimStart(),
        };

    private void CompareTexts(string name, string? property, IReadOnlyList<(string What, string? Text)> before, IReadOnlyList<(string What, string? Text)> after)
    {
        string[] changed = [.. before.Zip(after).Where(pair => pair.First.Text != pair.Second.Text).Select(pair => pair.First.What)];
        if (changed.Length > 0)
        {
            Add("TEP501", FindingLevel.Safe, name, property, $"has another {string.Join(", ", changed)}.",
                TextOf(before, changed), TextOf(after, changed));
        }

        static string TextOf(IReadOnlyList<(string What, string? Text)> texts, string[] changed) =>
            string.Join("; ", texts.Where(text => changed.Contains(text.What)).Select(text => text.Text ?? "none"));
    }

    private static IReadOnlyList<(string What, string? Text)> TextsOf(PlanEvent value) =>
        [("description", value.Description), ("owner", value.Owner), ("list of tags", value.Tags.Count == 0 ? null : string.Join(", ", value.Tags))];

    private static IReadOnlyList<(string What, string? Text)> TextsOf(PlanProperty value) =>
        [("description", value.Description), ("list of examples", value.Examples.Count == 0 ? null : Text(value.Examples))];

    private void ReportPersonalProperties(string name, PlanEvent plan, IEnumerable<string> added)
    {
        foreach (string property in added)
        {
            if (PersonalNames.Find(property) is { } kind && !plan.Properties[property].HasClass && !_facts.IsExcepted("TEP504", name, property))
            {
                Add("TEP504", FindingLevel.Risky, name, property, $"is new, looks like {kind}, and has no [EventSensitivity].");
            }
        }
    }

    private void Add(
        string id, FindingLevel level, string eventName, string? property, string message, string? before = null, string? after = null, bool isRemoval = false)
    {
        level = _facts.LevelOf(id, level);
        if (level == FindingLevel.None)
        {
            return;
        }

        _before.Events.TryGetValue(eventName, out PlanEvent? old);
        _after.Events.TryGetValue(eventName, out PlanEvent? now);
        _findings.Add(new Finding
        {
            Id = id,
            Level = level,
            Event = eventName,
            Property = property,
            Message = message,
            Before = before,
            After = after,
            Owner = (now ?? old)?.Owner,
            Location = isRemoval ? _before.Locations.Find(eventName, property) : _after.Locations.Find(eventName, property) ?? _before.Locations.Find(eventName, property),
        });
    }

    private static string ShapeText(IReadOnlyDictionary<string, string> types) =>
        types.Count == 0 ? "no properties" : string.Join(", ", types.OrderBy(type => type.Key, StringComparer.Ordinal).Select(type => $"{type.Key}: {type.Value}"));

    private static string TypeText(PlanProperty property) => TypeText(property.Type, property.Format) + (property.Required ? ", required" : "");

    private static string TypeText(string type, string? format) => format is null ? type : $"{type} ({format})";

    private static string? ClassText(PlanProperty property) =>
        property.HasClass ? string.Join(", ", new[] { property.Sensitivity }.OfType<string>().Concat(property.Classifications)) : null;

    private static string Text(IEnumerable<PlanValue> values) => string.Join(", ", values);
}
