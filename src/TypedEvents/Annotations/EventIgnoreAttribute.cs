namespace TypedEvents;

/// <summary>Leaves a property out of its event. It stands on a property or on a positional parameter of a record.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class EventIgnoreAttribute : Attribute;
