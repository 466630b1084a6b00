namespace TypedEvents;

/// <summary>Excludes a property from its event. Apply it to a property or to a positional parameter of a record.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class EventIgnoreAttribute : Attribute;
