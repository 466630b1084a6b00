using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using TypedEvents.Cli;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>
/// The plan of a compilation's own events, and how it differs from the lock file. An editor asks for the events of one file after each keystroke, so
/// the contract of an event is read when it is asked for; only the names of all of them are always needed.
/// </summary>
internal sealed class CompiledPlan
{
    private readonly Compilation _compilation;
    private readonly CompiledEvents _events;
    private readonly TrackingPlan _lock;
    private readonly Lazy<Names> _names;
    private readonly Lazy<IReadOnlyList<Finding>> _unmatched;
    private readonly ConcurrentDictionary<string, PlanEvent?> _read = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, IReadOnlyList<Finding>> _changes = new(StringComparer.Ordinal);

    /// <param name="compilation">The compilation.</param>
    /// <param name="events">Its events.</param>
    /// <param name="plan">The plan in the lock file.</param>
    /// <param name="settings">The levels that are configured for rules.</param>
    public CompiledPlan(Compilation compilation, CompiledEvents events, TrackingPlan plan, IRuleSettings settings)
    {
        _compilation = compilation;
        _events = events;
        _lock = plan;
        Facts = new DiffFacts { Settings = settings };
        _names = new Lazy<Names>(FindNames);
        _unmatched = new Lazy<IReadOnlyList<Finding>>(CompareUnmatched);
    }

    public DiffFacts Facts { get; }

    /// <summary>The plan that the lock file would have if all changes of this assembly's events were accepted.</summary>
    public TrackingPlan Whole
    {
        get
        {
            Names names = _names.Value;
            SortedDictionary<string, PlanEvent> events = new(StringComparer.Ordinal);
            foreach ((string name, PlanEvent locked) in _lock.Events)
            {
                if (!names.Removed.Contains(name))
                {
                    events.Add(name, locked);
                }
            }

            foreach (string name in names.Declared.Keys)
            {
                if (Read(name) is { } plan)
                {
                    events[name] = plan;
                }
            }

            return new TrackingPlan { Events = events };
        }
    }

    /// <summary>What changed that the source shows: at an event that is declared.</summary>
    public IEnumerable<Finding> ChangesOf(InspectedEvent inspected)
    {
        if (inspected.EventName is not { } name || !_names.Value.Declared.TryGetValue(name, out InspectedEvent declared) || declared != inspected)
        {
            return [];
        }

        return _lock.Events.ContainsKey(name)
            ? Changes(name).Where(finding => !IsRemoval(finding))
            : _unmatched.Value.Where(finding => (finding.Id == "TEP102" ? finding.After : finding.Event) == name && !IsRemoval(finding));
    }

    /// <summary>What changed that only the lock file shows: events and properties that are no longer there.</summary>
    public IEnumerable<Finding> Removals() =>
        _names.Value.Declared.Keys.Where(_lock.Events.ContainsKey).SelectMany(Changes).Concat(_unmatched.Value).Where(IsRemoval);

    /// <summary>The findings about reasons that are missing in the lock file for events of this assembly.</summary>
    public IEnumerable<Finding> MissingReasons()
    {
        var own = new TrackingPlan
        {
            Events = _lock.Events.Where(locked => _names.Value.Declared.ContainsKey(locked.Key) || IsOfThisAssembly(locked.Value.Assembly)).ToDictionary(),
            Removed = _lock.Removed.Where(removed => IsOfThisAssembly(removed.Value.Assembly)).ToDictionary(),
            Locations = _lock.Locations,
        };
        return LockFile.CheckReasons(own, LockFile.Name);
    }

    private static bool IsRemoval(Finding finding) => finding.Id is "TEP101" or "TEP201" or "TEP202";

    /// <summary>The changes of an event that is declared, and in the lock file.</summary>
    private IReadOnlyList<Finding> Changes(string name) => _changes.GetOrAdd(name, name => Read(name) is { } plan
        ? PlanDiff.Compare(_lock with { Events = OnlyEvent(name, _lock.Events[name]) }, new TrackingPlan { Events = OnlyEvent(name, plan) }, Facts)
        : []);

    /// <summary>The events that are on one side only: removed, new or renamed.</summary>
    private IReadOnlyList<Finding> CompareUnmatched()
    {
        Names names = _names.Value;
        Dictionary<string, PlanEvent> added = [];
        foreach (string name in names.Declared.Keys)
        {
            if (!_lock.Events.ContainsKey(name) && Read(name) is { } plan)
            {
                added.Add(name, plan);
            }
        }

        return PlanDiff.Compare(
            _lock with { Events = _lock.Events.Where(locked => names.Removed.Contains(locked.Key)).ToDictionary() },
            new TrackingPlan { Events = added },
            Facts);
    }

    private Names FindNames()
    {
        Dictionary<string, InspectedEvent> declared = new(StringComparer.Ordinal);
        foreach (InspectedEvent inspected in _events.All)
        {
            string name = inspected.EventName!;
            if (!declared.ContainsKey(name) && !(_lock.Events.TryGetValue(name, out PlanEvent? locked) && IsElsewhere(name, locked)))
            {
                declared.Add(name, inspected);
            }
        }

        HashSet<string> removed = new(StringComparer.Ordinal);
        foreach ((string name, PlanEvent locked) in _lock.Events)
        {
            if (IsOfThisAssembly(locked.Assembly) && !declared.ContainsKey(name) && !IsElsewhere(name, locked) && !HasNoNameYet(locked))
            {
                removed.Add(name);
            }
        }

        return new Names(declared, removed);
    }

    /// <summary>The contract of an event that is declared; <see langword="null"/> for one that can't be read while it is being typed.</summary>
    private PlanEvent? Read(string name) => _read.GetOrAdd(name, name => Read(_names.Value.Declared[name]));

    private PlanEvent? Read(InspectedEvent inspected)
    {
        if (inspected.Findings.Flaws.Count > 0 || inspected.Type.FindAnnotation() is not { } annotation)
        {
            return null;
        }

        var records = RecordCatalog.FromSymbols(_compilation);
        DeclaredRecord record = SymbolRecordReader.Read(inspected.Type, records, isEvent: false);
        return EventParser.Build(record, annotation, new FlattenScope(inspected.Type), records) is { Contract: var contract }
            ? PlanReader.ParseContract(contract.Json, _compilation.AssemblyName ?? "", inspected.Type.Name).Value
            : null;
    }

    private bool IsOfThisAssembly(string? assembly) => assembly == _compilation.AssemblyName;

    /// <summary>Whether an assembly that is referenced declares an event of the lock file: as ever, or since the event was moved there.</summary>
    private bool IsElsewhere(string eventName, PlanEvent locked) =>
        locked.Type is { } type
        && _compilation.GetTypesByMetadataName(type).Any(found => !IsInSource(found) && found.FindAnnotation()?.FirstArgument() == eventName);

    /// <summary>Whether the type of an event is still there, and its name is being typed.</summary>
    private bool HasNoNameYet(PlanEvent locked) =>
        locked.Type is { } type
        && _compilation.GetTypesByMetadataName(type).Any(found => IsInSource(found) && _events.Find(found) is { EventName: null });

    private bool IsInSource(INamedTypeSymbol type) => SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, _compilation.Assembly);

    private static Dictionary<string, PlanEvent> OnlyEvent(string name, PlanEvent plan) => new(StringComparer.Ordinal) { [name] = plan };

    /// <summary>The names of events.</summary>
    /// <param name="Declared">Those that this assembly declares and that belong to it, each with the first type that has the name.</param>
    /// <param name="Removed">Those that the lock file has from this assembly, and that are gone.</param>
    private sealed record Names(Dictionary<string, InspectedEvent> Declared, HashSet<string> Removed);
}
