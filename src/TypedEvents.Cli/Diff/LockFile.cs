namespace TypedEvents.Cli;

/// <summary>The lock file: the plan that readers of the events rely on, with the names that were removed and the reasons for breaking changes.</summary>
internal static partial class LockFile
{
    public const string Name = "typedevents.lock.json";

    /// <summary>The lock after a plan was accepted.</summary>
    /// <param name="before">The lock before; <see cref="TrackingPlan.Empty"/> where there was none.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="because">The reason for breaking changes; <see langword="null"/> where none was given.</param>
    /// <param name="only">The one event to accept; <see langword="null"/> for all.</param>
    /// <param name="facts">What the comparison takes into account.</param>
    /// <exception cref="ToolException">There is a breaking change and no reason.</exception>
    public static TrackingPlan Accept(TrackingPlan before, TrackingPlan plan, string? because, string? only, DiffFacts facts)
    {
        string[]? events = only is null ? null : [only];
        Finding[] findings = FindingsOf(before, plan, events, facts);
        Finding[] breaking = [.. findings.Where(finding => finding.Level == FindingLevel.Breaking)];
        if (breaking.Length > 0 && string.IsNullOrWhiteSpace(because))
        {
            throw new ToolException(
                $"{(breaking.Length == 1 ? "1 change breaks" : $"{breaking.Length} changes break")} readers of the events: {string.Join("; ", breaking.Take(3).Select(finding => $"{finding.Id} {finding.Subject} {finding.Message}"))} Say why that is meant: --because \"…\"");
        }

        return Apply(before, plan, because, events, findings);
    }

    /// <summary>The lock after the changes of some events were accepted without a reason, which <see cref="CheckReasons"/> then reports as missing.</summary>
    /// <param name="before">The lock before.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="only">The events.</param>
    /// <param name="facts">What the comparison takes into account.</param>
    public static TrackingPlan AcceptWithoutReason(TrackingPlan before, TrackingPlan plan, IReadOnlyCollection<string> only, DiffFacts facts) =>
        Apply(before, plan, "", only, FindingsOf(before, plan, only, facts));

    private static Finding[] FindingsOf(TrackingPlan before, TrackingPlan plan, IReadOnlyCollection<string>? only, DiffFacts facts) =>
        [.. PlanDiff.Compare(before, plan, facts).Where(finding => only is null || only.Contains(finding.Event!) || (finding.Id == "TEP102" && only.Contains(finding.After!)))];

    private static TrackingPlan Apply(TrackingPlan before, TrackingPlan plan, string? because, IReadOnlyCollection<string>? only, Finding[] findings)
    {
        SortedDictionary<string, PlanEvent> events = new(StringComparer.Ordinal);
        SortedDictionary<string, RemovedEvent> removed = new(StringComparer.Ordinal);
        foreach ((string name, RemovedEvent earlier) in before.Removed)
        {
            removed.Add(name, earlier);
        }

        HashSet<string> accepted = [.. only ?? []];
        foreach (Finding rename in findings.Where(finding => finding.Id == "TEP102"))
        {
            // A rename is accepted as a whole, whichever of the two names was chosen.
            accepted.Add(rename.Event!);
            accepted.Add(rename.After!);
        }

        foreach (string name in before.Events.Keys.Union(plan.Events.Keys))
        {
            PlanEvent? old = before.Events.GetValueOrDefault(name);
            PlanEvent? now = plan.Events.GetValueOrDefault(name);
            if (only is not null && !accepted.Contains(name))
            {
                if (old is not null)
                {
                    events.Add(name, old);
                }

                continue;
            }

            if (now is null)
            {
                Finding? removal = Array.Find(findings, finding => finding.Event == name && (finding.Id is "TEP101" or "TEP102"));
                removed[name] = new RemovedEvent(
                    ReasonFor(removal, because) ?? NullIfEmpty(old!.Deprecated),
                    old!.ReplacedBy ?? (removal?.Id == "TEP102" ? removal.After : null),
                    old.Assembly,
                    old.Properties.ToDictionary(property => property.Key, property => property.Value.Type));
                continue;
            }

            removed.Remove(name);
            events.Add(name, Merge(old, now, [.. findings.Where(finding => finding.Event == name)], because));
        }

        return new TrackingPlan { Events = events, Removed = removed };
    }

    /// <summary>The text of a lock file, with the line ends of the file that it replaces.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="replaced">The text of the file that it replaces; <see langword="null"/> for a new one, whose lines end with a line feed.</param>
    public static string TextOf(TrackingPlan plan, string? replaced)
    {
        string text = PlanWriter.Write(plan);
        int end = replaced?.IndexOf('\n') ?? -1;
        return end > 0 && replaced![end - 1] == '\r' ? string.Join("\r\n", text.Split('\n')) : text;
    }

    /// <summary>Whether a lock says something else than a plan, apart from types and assemblies, which readers of events don't see.</summary>
    public static bool IsOutdated(TrackingPlan lockPlan, TrackingPlan plan) => PlanWriter.Write(Contract(lockPlan)) != PlanWriter.Write(Contract(plan));

    /// <summary>The findings about the reasons in a lock: those that somebody has yet to write.</summary>
    public static IEnumerable<Finding> CheckReasons(TrackingPlan lockPlan, string path)
    {
        foreach ((string name, RemovedEvent removed) in lockPlan.Removed)
        {
            if (removed.Because is "")
            {
                yield return Missing(name, null, null, "was removed");
            }
        }

        foreach ((string name, PlanEvent declared) in lockPlan.Events)
        {
            foreach ((string property, RemovedProperty removed) in declared.Removed)
            {
                if (removed.Because is "")
                {
                    yield return Missing(name, property, property, "was removed");
                }
            }

            foreach ((string change, string because) in declared.Changes)
            {
                if (because.Length == 0)
                {
                    yield return Missing(name, null, change, $"was changed ({change})");
                }
            }
        }

        Finding Missing(string name, string? property, string? subject, string what) => new()
        {
            Id = "TEP002",
            Level = FindingLevel.Breaking,
            Event = name,
            Property = property,
            Message = $"{what} without a reason; add one in {Path.GetFileName(path)}.",
            Location = lockPlan.Locations.FindReason(name, subject) ?? new SourceLocation(path, 1),
        };
    }

    /// <summary>The findings of a comparison with an older lock; those for which the newer lock gives a new reason are accepted.</summary>
    public static IEnumerable<Finding> WithReasons(IEnumerable<Finding> findings, TrackingPlan older, TrackingPlan newer) =>
        findings.Select(finding => finding.Level == FindingLevel.Breaking && NewReason(finding, older, newer) is { Length: > 0 } reason ? finding with { Accepted = reason } : finding);

    private static string? NewReason(Finding finding, TrackingPlan older, TrackingPlan newer)
    {
        string? Reason(TrackingPlan plan)
        {
            if (finding.Event is null)
            {
                return null;
            }

            if (finding.Id is "TEP101" or "TEP102")
            {
                return plan.Removed.GetValueOrDefault(finding.Event)?.Because;
            }

            PlanEvent? declared = plan.Events.GetValueOrDefault(finding.Event);
            return finding.Id is "TEP201" or "TEP202" or "TEP203"
                ? declared?.Removed.GetValueOrDefault(finding.Property!)?.Because
                : declared?.Changes.GetValueOrDefault(finding.ChangeKey);
        }

        string? reason = Reason(newer);
        return reason == Reason(older) ? null : reason;
    }

    private static PlanEvent Merge(PlanEvent? old, PlanEvent now, Finding[] findings, string? because)
    {
        if (old is null && findings.All(finding => finding.Level != FindingLevel.Breaking))
        {
            return now;
        }

        SortedDictionary<string, string> changes = new(StringComparer.Ordinal);
        SortedDictionary<string, RemovedProperty> removed = new(StringComparer.Ordinal);
        foreach ((string change, string reason) in old?.Changes ?? new Dictionary<string, string>())
        {
            changes.Add(change, reason);
        }

        foreach ((string property, RemovedProperty earlier) in old?.Removed ?? new Dictionary<string, RemovedProperty>())
        {
            if (!now.Properties.ContainsKey(property))
            {
                removed.Add(property, earlier);
            }
        }

        foreach ((string property, PlanProperty value) in old?.Properties ?? new Dictionary<string, PlanProperty>())
        {
            if (!now.Properties.ContainsKey(property))
            {
                Finding? removal = Array.Find(findings, finding => finding.Property == property && (finding.Id is "TEP201" or "TEP202" or "TEP203"));
                removed[property] = new RemovedProperty(
                    value.Type,
                    value.Format,
                    ReasonFor(removal, because) ?? NullIfEmpty(value.Deprecated),
                    value.ReplacedBy ?? (removal?.Id == "TEP203" ? removal.After : null));
            }
        }

        foreach (Finding finding in findings.Where(finding => finding.Level == FindingLevel.Breaking && finding.Id is not ("TEP201" or "TEP202" or "TEP203")))
        {
            changes[finding.ChangeKey] = because!;
        }

        return now with { Changes = changes, Removed = removed };
    }

    /// <summary>A reason that was given is kept; for a change that breaks nobody none is asked for, and an empty notice is none.</summary>
    private static string? ReasonFor(Finding? finding, string? because) =>
        finding?.Level == FindingLevel.Breaking || !string.IsNullOrWhiteSpace(because) ? because : null;

    private static string? NullIfEmpty(string? text) => text is "" ? null : text;

    private static TrackingPlan Contract(TrackingPlan plan) => new()
    {
        Events = plan.Events.ToDictionary(
            declared => declared.Key,
            declared => declared.Value with
            {
                Type = null,
                Assembly = null,
                Changes = new Dictionary<string, string>(),
                Removed = new Dictionary<string, RemovedProperty>(),
            }),
    };
}
