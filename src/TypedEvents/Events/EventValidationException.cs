namespace TypedEvents;

/// <summary>
/// A value of an event failed a validation attribute of its property, and <c>EventTrackerOptions.ValidationFailures</c> is
/// <see cref="ValidationFailurePolicy.Throw"/>. The message names the event, the property and the attribute, and never the value.
/// </summary>
public sealed class EventValidationException : Exception
{
    /// <summary>Creates an exception, for tests of code that handles it.</summary>
    /// <param name="eventName">The event's name at EngageLab.</param>
    /// <param name="propertyName">The property's wire name.</param>
    /// <param name="rule">The rule in words: <c>Range: 1 to 100</c>.</param>
    public EventValidationException(string eventName, string propertyName, string rule)
        : base($"Property '{propertyName}' of event '{eventName}' failed validation. {rule}.")
    {
        EventName = eventName;
        PropertyName = propertyName;
        Rule = rule;
    }

    /// <summary>The event's name at EngageLab.</summary>
    public string EventName { get; }

    /// <summary>The property's wire name.</summary>
    public string PropertyName { get; }

    /// <summary>The validation attribute and its arguments: <c>Range: 1 to 100</c>.</summary>
    public string Rule { get; }
}
