namespace TypedEvents;

/// <summary>A property whose value breaks a rule, and the rule in words.</summary>
internal readonly record struct InvalidValue(string Property, string Rule);
