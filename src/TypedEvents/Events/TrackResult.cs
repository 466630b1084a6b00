namespace TypedEvents;

/// <summary>The result of a call to <c>Track</c>. All but <see cref="Accepted"/> are counted as dropped, by reason.</summary>
public enum TrackResult
{
    /// <summary>The tracker accepted the event and will deliver it.</summary>
    Accepted,

    /// <summary>
    /// The buffer was full, because events are tracked faster than the outbox accepts them. <c>TrackAsync</c> waits
    /// for room instead.
    /// </summary>
    BufferFull,

    /// <summary>The event's JSON is larger than <c>MaxEventBytes</c>.</summary>
    TooLarge,

    /// <summary>
    /// The event is invalid: it is <see langword="null"/>, its user has no valid id, its <c>OccurredAt</c> is <c>default</c>, its
    /// <c>RandomId</c> is empty or isn't well-formed UTF-16, or a getter threw; or a value failed a validation
    /// attribute of its property, and <c>EventTrackerOptions.ValidationFailures</c> rejects that. The log has the reason.
    /// </summary>
    Invalid,

    /// <summary>The tracker's filter rejected the event.</summary>
    Filtered,

    /// <summary>The tracker has been stopped.</summary>
    Closed,

    /// <summary>The tracker is disabled (<c>EventTrackerOptions.Enabled</c>).</summary>
    Disabled,

    /// <summary>
    /// The event has no user: the call relied on the application's current user, such as that of a web request, and there is none.
    /// </summary>
    NoUser,
}
