namespace TypedEvents.Cli;

/// <summary>What a place does with an event.</summary>
internal enum UsageKind
{
    /// <summary>It tracks the event.</summary>
    Tracks,

    /// <summary>It makes the event, and something else may track it as an <c>IEngageEvent</c>.</summary>
    Creates,
}

/// <summary>A place that tracks or makes an event.</summary>
/// <param name="Event">The event.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Assembly">The assembly that it is part of.</param>
/// <param name="IsTest">Whether that is an assembly of tests.</param>
/// <param name="In">The method as a developer knows it: <c>TrialService.StartAsync</c>.</param>
/// <param name="Location">Where it stands, if the assembly has a PDB.</param>
internal sealed record Usage(string Event, UsageKind Kind, string Assembly, bool IsTest, string In, SourceLocation? Location)
{
    public override string ToString() => Location is { } location ? $"{location.File}:{location.Line}" : $"{Assembly}: {In}";
}

/// <summary>A place that sets a property of an event by its name.</summary>
internal sealed record PropertyUsage(string Event, string Member, Usage Place);

/// <summary>What the IL of assemblies says of who tracks events.</summary>
/// <param name="Usages">The places, sorted by event and place.</param>
/// <param name="Setters">The places that set a property after the constructor, such as in an initializer.</param>
/// <param name="TracksUnknownEvents">
/// Whether something tracks an <c>IEngageEvent</c>, whose type only the running program knows: then an event that is made may be tracked.
/// </param>
internal sealed record UsageReport(IReadOnlyList<Usage> Usages, IReadOnlyList<PropertyUsage> Setters, bool TracksUnknownEvents)
{
    /// <summary>Whether the application itself, and not only its tests, tracks an event, as far as that can be known.</summary>
    public bool IsTracked(string eventName) => Usages.Any(usage => usage.Event == eventName && !usage.IsTest && (usage.Kind == UsageKind.Tracks || TracksUnknownEvents));

    /// <summary>The places of the application that track an event, without its tests.</summary>
    public IEnumerable<Usage> Of(string eventName) => Usages.Where(usage => usage.Event == eventName && !usage.IsTest);
}
