namespace TypedEvents.Cli;

/// <summary>An event of the plan.</summary>
internal sealed record PlanEvent
{
    public string? Description { get; init; }

    public string? Owner { get; init; }

    /// <summary>Its tags, sorted.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The full name of its record, as reflection writes it.</summary>
    public string? Type { get; init; }

    /// <summary>The assembly that declares it.</summary>
    public string? Assembly { get; init; }

    /// <summary>The deprecation's message; empty for one without; <see langword="null"/> where it isn't deprecated.</summary>
    public string? Deprecated { get; init; }

    public string? ReplacedBy { get; init; }

    public required IReadOnlyDictionary<string, PlanProperty> Properties { get; init; }

    /// <summary>The reasons for breaking changes that removed nothing, by what changed: only a lock file has them.</summary>
    public IReadOnlyDictionary<string, string> Changes { get; init; } = new Dictionary<string, string>();

    /// <summary>The properties that were removed, by name: only a lock file has them.</summary>
    public IReadOnlyDictionary<string, RemovedProperty> Removed { get; init; } = new Dictionary<string, RemovedProperty>();

    public bool IsDeprecated => Deprecated is not null;
}

/// <summary>A property that was removed: its name can't come back with another type.</summary>
/// <param name="Type">The type that it had.</param>
/// <param name="Format">The format that it had.</param>
/// <param name="Because">Why it was removed; empty where somebody has yet to say so; <see langword="null"/> where no reason is asked for.</param>
/// <param name="ReplacedBy">The property that replaces it.</param>
internal sealed record RemovedProperty(string Type, string? Format, string? Because, string? ReplacedBy);

/// <summary>An event that was removed: its name can't come back with another shape.</summary>
/// <param name="Because">As for a property.</param>
/// <param name="ReplacedBy">The event that replaces it.</param>
/// <param name="Assembly">The assembly that declared it.</param>
/// <param name="Properties">The types of its properties, by name.</param>
internal sealed record RemovedEvent(string? Because, string? ReplacedBy, string? Assembly, IReadOnlyDictionary<string, string> Properties)
{
    /// <summary>Whether an event has the shape of the one that was removed.</summary>
    public bool IsShapeOf(PlanEvent other) =>
        other.Properties.Count == Properties.Count
        && other.Properties.All(property => Properties.TryGetValue(property.Key, out string? type) && type == property.Value.Type);
}
