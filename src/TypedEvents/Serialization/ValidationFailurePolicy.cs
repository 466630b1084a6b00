namespace TypedEvents;

/// <summary>
/// What happens to a value that fails a validation attribute of its property, such as <c>[Range]</c>. In any case the failure is counted, and
/// logged once per property and attribute.
/// </summary>
public enum ValidationFailurePolicy
{
    /// <summary>The value is sent as it is.</summary>
    Send,

    /// <summary>The property is omitted, and the rest of the event is sent.</summary>
    OmitProperty,

    /// <summary>The event isn't sent; <c>Track</c> returns <see cref="TrackResult.Invalid"/>.</summary>
    RejectEvent,

    /// <summary>
    /// The event isn't sent and counts as invalid, and <c>Track</c> throws an <see cref="EventValidationException"/>. Meant for development
    /// and tests: nothing else makes <c>Track</c> throw because of an event's content.
    /// </summary>
    Throw,
}
