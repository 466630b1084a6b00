namespace TypedEvents;

/// <summary>
/// Names the member of an enum in events, on every target framework; without it the name is the member's own in <c>snake_case</c>.
/// It is sent as it is, and counts before <c>[JsonStringEnumMemberName]</c>, which .NET 8 doesn't have.
/// </summary>
/// <param name="name">What is sent in place of the member.</param>
[AttributeUsage(AttributeTargets.Field)]
public sealed class EventValueAttribute(string name) : Attribute
{
    /// <summary>What is sent in place of the member.</summary>
    public string Name { get; } = name;
}
