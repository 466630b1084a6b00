namespace TypedEvents;

/// <summary>
/// Sets how a property of an event is written in the JSON payload. Apply it to a property or to a positional parameter of a record,
/// without a <c>property:</c> target.
/// </summary>
/// <param name="name">
/// The property's wire name, sent as it is; <see langword="null"/> derives it from the C# name
/// (see <see cref="EngageEventDefaultsAttribute.Naming"/>).
/// </param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class EventPropertyAttribute(string? name = null) : Attribute
{
    /// <summary>The property's wire name, or <see langword="null"/> if it is derived from the C# name.</summary>
    public string? Name { get; } = name;

    /// <summary>How this <see cref="bool"/> is written. Not set: as <see cref="EngageEventDefaultsAttribute.Boolean"/> says.</summary>
    public BooleanFormat Boolean { get; set; }

    /// <summary>
    /// How this <see cref="DateTime"/> or <see cref="DateTimeOffset"/> is written.
    /// Not set: as <see cref="EngageEventDefaultsAttribute.Date"/> says.
    /// </summary>
    public DateFormat Date { get; set; }

    /// <summary>
    /// A description of the property for the tracking plan. It isn't sent. Default: the <c>&lt;summary&gt;</c> of the property, or the
    /// <c>&lt;param&gt;</c> of the positional parameter.
    /// </summary>
    public string? Description { get; set; }

    /// <summary>An example of a value as it is sent, for the tracking plan: a string, a number or a Boolean.</summary>
    public object? Example { get; set; }

    /// <summary>The wire name of the property that replaces this one, for the tracking plan. It isn't sent.</summary>
    public string? ReplacedBy { get; set; }
}
