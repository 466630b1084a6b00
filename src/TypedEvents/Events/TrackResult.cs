namespace TypedEvents;

/// <summary>What became of a call to <c>Track</c>. All but <see cref="Accepted"/> are counted as dropped, by reason.</summary>
public enum TrackResult
{
    /// <summary>The tracker has the event and will deliver it.</summary>
    Accepted,

    /// <summary>
    /// There was no room in the buffer, because events come faster than the outbox takes them. <c>TrackAsync</c> waits
    /// for room instead.
    /// </summary>
    BufferFull,

    /// <summary>The event's JSON is larger than <c>MaxEventBytes</c>.</summary>
    TooLarge,

    /// <summary>
    /// The event can't be written: it is <see langword="null"/>, its user has no valid id, its <c>OccurredAt</c> is <c>default</c>, its
    /// <c>RandomId</c> is empty or isn't well-formed UTF-16, or a getter threw; or a value breaks a rule
    /// of its property, and <c>EventTrackerOptions.ValidationFailures</c> rejects that. The log has the reason.
    /// </summary>
    Invalid,

    /// <summary>The tracker's filter said no.</summary>
    Filtered,

    /// <summary>The tracker has been stopped.</summary>
    Closed,
}
