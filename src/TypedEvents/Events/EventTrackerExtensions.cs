namespace TypedEvents;

/// <summary>Tracks events whose type is known only at run time.</summary>
public static class EventTrackerExtensions
{
    /// <summary>Tracks an event whose type isn't known at compile time, such as one from a list of several types.</summary>
    /// <param name="tracker">The tracker.</param>
    /// <param name="user">The user of the event.</param>
    /// <param name="value">The event.</param>
    /// <param name="context">The event's time and id, if they aren't the current time and a new id.</param>
    /// <returns><see cref="TrackResult.Accepted"/>, or the reason why the event was dropped. Each outcome is counted.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="tracker"/> or <paramref name="value"/> is <see langword="null"/>.</exception>
    public static TrackResult Track(this IEventTracker tracker, EngageUser user, IEngageEvent value, EventContext context = default)
    {
        ArgumentNullException.ThrowIfNull(tracker);
        ArgumentNullException.ThrowIfNull(value);
        return value.Track(tracker, user, context);
    }

    /// <summary>
    /// Tracks an event whose type isn't known at compile time, such as one from a list of several types, and returns when the outbox has persisted it.
    /// </summary>
    /// <param name="tracker">The tracker.</param>
    /// <param name="user">The user of the event.</param>
    /// <param name="value">The event.</param>
    /// <param name="context">The event's time and id, if they aren't the current time and a new id.</param>
    /// <param name="cancellationToken">Cancels the wait, as for <see cref="IEventTracker.TrackAsync"/>.</param>
    /// <returns><see cref="TrackResult.Accepted"/>, or the reason why the event was dropped; never <see cref="TrackResult.BufferFull"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="tracker"/> or <paramref name="value"/> is <see langword="null"/>.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static ValueTask<TrackResult> TrackAsync(
        this IEventTracker tracker,
        EngageUser user,
        IEngageEvent value,
        EventContext context = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tracker);
        ArgumentNullException.ThrowIfNull(value);
        return value.TrackAsync(tracker, user, context, cancellationToken);
    }
}
