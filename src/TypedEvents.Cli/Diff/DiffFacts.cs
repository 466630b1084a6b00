namespace TypedEvents.Cli;

/// <summary>What a comparison takes into account beside the two plans.</summary>
internal sealed record DiffFacts
{
    /// <summary>Events of the older side that nothing tracks, where that side is an assembly.</summary>
    public IReadOnlyCollection<string> NeverTracked { get; init; } = [];

    /// <summary>The configured levels and exceptions; <see langword="null"/> for none.</summary>
    public IRuleSettings? Settings { get; init; }

    public FindingLevel LevelOf(string id, FindingLevel level) => Settings?.LevelOf(id) ?? level;

    public bool IsExcepted(string id, string eventName, string? property) => Settings?.IsExcepted(id, eventName, property) == true;
}

/// <summary>Levels and exceptions of rules, from wherever they are configured.</summary>
internal interface IRuleSettings
{
    /// <summary>The level that was set for a rule; <see langword="null"/> where none was.</summary>
    FindingLevel? LevelOf(string id);

    /// <summary>Whether a rule doesn't report an event or a property of it.</summary>
    bool IsExcepted(string id, string eventName, string? property);
}
