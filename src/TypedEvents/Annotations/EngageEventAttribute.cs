using System.Diagnostics.CodeAnalysis;

namespace TypedEvents;

/// <summary>
/// Declares a partial record or partial record struct as an event: the TypedEvents generator adds its serializer and its typed <c>Track</c> methods.
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

    /// <summary>A description of the event for the tracking plan. It isn't sent. Default: the <c>&lt;summary&gt;</c> of the record.</summary>
    public string? Description { get; set; }

    /// <summary>Who is responsible for the event, for the tracking plan: a person or a team, such as <c>@acme/growth</c>. It isn't sent.</summary>
    public string? Owner { get; set; }

    /// <summary>Tags of the event for the tracking plan, in any order. They aren't sent.</summary>
    [SuppressMessage("Performance", "CA1819:Properties should not return arrays", Justification = "An attribute's argument can be no other list.")]
    public string[]? Tags { get; set; }

    /// <summary>
    /// The name of the event that replaces this one, for the tracking plan: with <see cref="ObsoleteAttribute"/> it announces that this one
    /// will be removed. It isn't sent.
    /// </summary>
    public string? ReplacedBy { get; set; }
}
