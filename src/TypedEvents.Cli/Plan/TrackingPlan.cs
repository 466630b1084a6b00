namespace TypedEvents.Cli;

/// <summary>A plan: what assemblies, a lock file or an exported file say of the events.</summary>
internal sealed record TrackingPlan
{
    /// <summary>The version of the plan's format, which contracts in assemblies have as well.</summary>
    public const int Version = 1;

    public static readonly TrackingPlan Empty = new() { Events = new Dictionary<string, PlanEvent>() };

    /// <summary>The events by name.</summary>
    public required IReadOnlyDictionary<string, PlanEvent> Events { get; init; }

    /// <summary>The events that were removed, by name: only a lock file has them.</summary>
    public IReadOnlyDictionary<string, RemovedEvent> Removed { get; init; } = new Dictionary<string, RemovedEvent>();

    /// <summary>Further declarations of an event that <see cref="Events"/> has already, in other assemblies.</summary>
    public IReadOnlyList<KeyValuePair<string, PlanEvent>> Duplicates { get; init; } = [];

    /// <summary>Where events and properties stand, as far as that is known.</summary>
    public PlanLocations Locations { get; init; } = new();
}

/// <summary>A place in a file. Lines and columns count from 1; 0 is unknown.</summary>
internal readonly record struct SourceLocation(string File, int Line, int Column = 0)
{
    public override string ToString() => Line == 0 ? File : Column == 0 ? $"{File}({Line})" : $"{File}({Line},{Column})";
}

/// <summary>Where events and their properties stand in a file, and in a lock file the reasons.</summary>
internal sealed class PlanLocations
{
    private readonly Dictionary<(string Event, string? Property), SourceLocation> _locations = [];
    private readonly Dictionary<(string Event, string? Subject), SourceLocation> _reasons = [];

    public SourceLocation? Find(string eventName, string? property = null) =>
        _locations.TryGetValue((eventName, property), out SourceLocation location) ? location
        : property is not null && _locations.TryGetValue((eventName, null), out location) ? location
        : null;

    public void Add(string eventName, string? property, SourceLocation location) => _locations.TryAdd((eventName, property), location);

    /// <summary>Where the reason for a change stands.</summary>
    /// <param name="eventName">The event.</param>
    /// <param name="subject">The change, or the property that was removed; <see langword="null"/> for an event that was removed.</param>
    public SourceLocation? FindReason(string eventName, string? subject) =>
        _reasons.TryGetValue((eventName, subject), out SourceLocation location) ? location : null;

    public void AddReason(string eventName, string? subject, SourceLocation location) => _reasons.TryAdd((eventName, subject), location);
}
