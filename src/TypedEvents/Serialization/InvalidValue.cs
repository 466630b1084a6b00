namespace TypedEvents;

/// <summary>A property whose value failed a validation attribute, and the attribute with its arguments.</summary>
internal readonly record struct InvalidValue(string Property, string Rule);
