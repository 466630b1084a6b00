namespace TypedEvents.Cli;

/// <summary>How much a finding matters to readers of the events.</summary>
internal enum FindingLevel
{
    /// <summary>It isn't reported.</summary>
    None,

    /// <summary>Nobody who reads the events has to do anything.</summary>
    Safe,

    /// <summary>A reader may meet what it didn't expect.</summary>
    Risky,

    /// <summary>A reader that relied on the plan breaks.</summary>
    Breaking,
}

/// <summary>What was found: a change of the plan, something to better in it, or a fault of the lock file.</summary>
internal sealed partial record Finding
{
    /// <summary>The rule's id, such as <c>TEP206</c>.</summary>
    public required string Id { get; init; }

    public required FindingLevel Level { get; init; }

    /// <summary>The event, or <see langword="null"/> for a finding about the whole.</summary>
    public string? Event { get; init; }

    public string? Property { get; init; }

    /// <summary>One sentence without the event's and property's name, which every output puts before it.</summary>
    public required string Message { get; init; }

    public string? Before { get; init; }

    public string? After { get; init; }

    public string? Owner { get; init; }

    /// <summary>Whether the finding comes from lint: its levels are then called error and warning.</summary>
    public bool IsLint { get; init; }

    /// <summary>Where it is: in the source, or for what was removed in the lock file.</summary>
    public SourceLocation? Location { get; init; }

    /// <summary>The reason with which the lock accepts it, or <see langword="null"/>.</summary>
    public string? Accepted { get; init; }

    /// <summary>The places that track the event, as <c>file:line</c>.</summary>
    public IReadOnlyList<string> CallSites { get; init; } = [];

    /// <summary>The event and the property, with a dot.</summary>
    public string Subject => (Event, Property) switch
    {
        (null, _) => "",
        (_, null) => Event,
        _ => $"{Event}.{Property}",
    };

    /// <summary>Whether it is about the lock file itself.</summary>
    public bool IsLock => Id is "TEP001" or "TEP002";

    /// <summary>Whether only people read what changed, and no program.</summary>
    public bool IsText => Id is "TEP501";

    /// <summary>Whether somebody responsible for privacy should see it.</summary>
    public bool IsPrivacy => Id is "TEP503" or "TEP504" or "TEP605";

    /// <summary>The change in the words under which a lock file has the reason for it.</summary>
    public string ChangeKey
    {
        get
        {
            string subject = Property is null ? Id : $"{Id} {Property}";
            return Before is null && After is null ? subject : $"{subject}: {Before ?? "nothing"} to {After ?? "nothing"}";
        }
    }
}
