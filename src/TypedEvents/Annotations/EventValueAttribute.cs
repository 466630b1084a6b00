namespace TypedEvents;

/// <summary>
/// Sets the string that is sent for a member of an enum, on every target framework; without it, that is the member's name in <c>snake_case</c>.
/// It is sent unchanged and takes precedence over <c>[JsonStringEnumMemberName]</c>, which .NET 8 doesn't have.
/// </summary>
/// <param name="name">The string that is sent for the member.</param>
[AttributeUsage(AttributeTargets.Field)]
public sealed class EventValueAttribute(string name) : Attribute
{
    /// <summary>The string that is sent for the member.</summary>
    public string Name { get; } = name;
}
