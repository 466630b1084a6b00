namespace TypedEvents;

/// <summary>Sets how the events of an assembly are written in the JSON payload, unless an event's own attributes say otherwise.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class EngageEventDefaultsAttribute : Attribute
{
    /// <summary>How wire names are derived from C# names. Default: <see cref="PropertyNaming.SnakeCase"/>.</summary>
    public PropertyNaming Naming { get; set; }

    /// <summary>How <see cref="bool"/> is written. Default: <see cref="BooleanFormat.String"/>.</summary>
    public BooleanFormat Boolean { get; set; }

    /// <summary>
    /// How <see cref="DateTime"/> and <see cref="DateTimeOffset"/> are written. Default: <see cref="DateFormat.Iso8601"/>.
    /// </summary>
    public DateFormat Date { get; set; }
}
