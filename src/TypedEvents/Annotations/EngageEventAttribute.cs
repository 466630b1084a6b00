namespace TypedEvents;

/// <summary>
/// Declares a partial record or partial record struct as an event: the TypedEvents generator generates its serializer and its
/// typed <c>Track</c> methods.
/// </summary>
/// <param name="name">
/// The event's name at EngageLab: lowercase ASCII letters, digits and <c>_</c>, the first a letter
/// (EngageLab, <c>POST /v1/event/report</c>, <c>event_name</c>). Unique within the project.
/// </param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
public sealed class EngageEventAttribute(string name) : Attribute
{
    /// <summary>The event's name at EngageLab.</summary>
    public string Name { get; } = name;

    /// <summary>A description of the event for the tracking plan. It isn't sent.</summary>
    public string? Description { get; set; }
}
