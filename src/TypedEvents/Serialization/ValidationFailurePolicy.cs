namespace TypedEvents;

/// <summary>
/// What becomes of a value that breaks a rule of its property, such as <c>[Range]</c>. Whatever it is, the value is counted, and
/// logged once for a property.
/// </summary>
public enum ValidationFailurePolicy
{
    /// <summary>The value is sent as it is.</summary>
    Send,

    /// <summary>The property is left out, the rest of the event is sent.</summary>
    OmitProperty,

    /// <summary>The event isn't sent; <c>Track</c> answers <see cref="TrackResult.Invalid"/>.</summary>
    RejectEvent,

    /// <summary>
    /// The event isn't sent and counts as invalid, and <c>Track</c> throws an <see cref="EventValidationException"/>. Meant for development
    /// and tests: nothing else makes <c>Track</c> throw for what an event holds.
    /// </summary>
    Throw,
}
