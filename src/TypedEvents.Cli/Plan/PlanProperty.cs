namespace TypedEvents.Cli;

/// <summary>A property of an event, as it is in the JSON payload.</summary>
internal sealed record PlanProperty
{
    /// <summary>Its type in the JSON payload: one of <see cref="WireTypes"/>.</summary>
    public required string Type { get; init; }

    /// <summary>One of <see cref="WireFormats"/>, or <see langword="null"/>.</summary>
    public string? Format { get; init; }

    /// <summary>Whether it is declared so that it is always sent.</summary>
    public bool Required { get; init; }

    /// <summary>The values that are expected, sorted; <see langword="null"/> for any.</summary>
    public IReadOnlyList<PlanValue>? Values { get; init; }

    /// <summary>Whether the values are an enum's: a value that the enum doesn't define is sent as its number.</summary>
    public bool Open { get; init; }

    /// <summary>Whether the values are the members of a <c>[Flags]</c> enum.</summary>
    public bool Flags { get; init; }

    /// <summary>The values that aren't expected, sorted; <see langword="null"/> for none.</summary>
    public IReadOnlyList<PlanValue>? Denied { get; init; }

    public PlanNumber? Min { get; init; }

    public PlanNumber? ExclusiveMin { get; init; }

    public PlanNumber? Max { get; init; }

    public PlanNumber? ExclusiveMax { get; init; }

    /// <summary>In UTF-16 code units, as .NET counts.</summary>
    public int? MinLength { get; init; }

    /// <summary>In UTF-16 code units, as .NET counts.</summary>
    public int? MaxLength { get; init; }

    public int? MinItems { get; init; }

    public int? MaxItems { get; init; }

    /// <summary>A .NET regular expression that a string matches as a whole unless it is empty.</summary>
    public string? Pattern { get; init; }

    public string? Description { get; init; }

    /// <summary>The deprecation's message; empty for one without; <see langword="null"/> where it isn't deprecated.</summary>
    public string? Deprecated { get; init; }

    public string? ReplacedBy { get; init; }

    /// <summary><c>personal</c> or <c>sensitive</c>.</summary>
    public string? Sensitivity { get; init; }

    /// <summary>Data classifications, as <c>taxonomy:value</c>, sorted.</summary>
    public IReadOnlyList<string> Classifications { get; init; } = [];

    public IReadOnlyList<PlanValue> Examples { get; init; } = [];

    /// <summary>The C# members that lead from the record to the value, with dots; a contract has it, a plan file doesn't.</summary>
    public string? Member { get; init; }

    public bool IsDeprecated => Deprecated is not null;

    public bool HasClass => Sensitivity is not null || Classifications.Count > 0;

    public bool IsList => Type == WireTypes.Strings;

    /// <summary>The limits on its values, for people; empty for none.</summary>
    public string Limits => string.Join(", ", LimitTexts());

    private IEnumerable<string> LimitTexts()
    {
        if (RangeText is { Length: > 0 } range)
        {
            yield return range;
        }

        if (Pattern is not null)
        {
            yield return $"matches {Pattern}";
        }
    }

    /// <summary>Its ranges and lengths, for people; empty for none.</summary>
    public string RangeText => string.Join(", ", new[]
    {
        Min is { } min ? $"at least {min}" : ExclusiveMin is { } above ? $"more than {above}" : null,
        Max is { } max ? $"at most {max}" : ExclusiveMax is { } below ? $"less than {below}" : null,
        MinLength is { } minLength ? $"at least {minLength} characters" : null,
        MaxLength is { } maxLength ? $"at most {maxLength} characters" : null,
        MinItems is { } minItems ? $"at least {minItems} elements" : null,
        MaxItems is { } maxItems ? $"at most {maxItems} elements" : null,
    }.OfType<string>());
}

/// <summary>The types of values in the JSON payload.</summary>
internal static class WireTypes
{
    public const string String = "string";
    public const string Integer = "integer";
    public const string Number = "number";
    public const string Boolean = "boolean";
    public const string Strings = "string[]";

    public static readonly IReadOnlyList<string> All = [String, Integer, Number, Boolean, Strings];
}

/// <summary>The formats of values in the JSON payload.</summary>
internal static class WireFormats
{
    public const string DateTime = "date-time";
    public const string Date = "date";
    public const string Time = "time";
    public const string Uuid = "uuid";
    public const string Uri = "uri";
    public const string BooleanString = "boolean-string";
    public const string UnixMilliseconds = "unix-ms";
    public const string DateAndTime = "date-and-time";
    public const string DurationMilliseconds = "duration-ms";

    public static readonly IReadOnlyList<string> All =
        [DateTime, Date, Time, Uuid, Uri, BooleanString, UnixMilliseconds, DateAndTime, DurationMilliseconds];
}
