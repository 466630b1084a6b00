namespace TypedEvents;

/// <summary>Ways to call an <see cref="IEventTracker"/> that need no place in the interface.</summary>
public static class EventTrackerExtensions
{
    /// <summary>Takes an event whose type isn't known here, such as one out of a list of several types.</summary>
    /// <param name="tracker">The tracker.</param>
    /// <param name="user">Whose event it is.</param>
    /// <param name="value">The event.</param>
    /// <param name="context">When it happened and its id, where these aren't now and new.</param>
    /// <returns><see cref="TrackResult.Accepted"/>, or why not. Each outcome is counted.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="tracker"/> or <paramref name="value"/> is <see langword="null"/>.</exception>
    public static TrackResult Track(this IEventTracker tracker, EngageUser user, IEngageEvent value, EventContext context = default)
    {
        ArgumentNullException.ThrowIfNull(tracker);
        ArgumentNullException.ThrowIfNull(value);
        return value.Track(tracker, user, context);
    }

    /// <summary>
    /// Takes an event whose type isn't known here, such as one out of a list of several types, and returns when the outbox holds it.
    /// </summary>
    /// <param name="tracker">The tracker.</param>
    /// <param name="user">Whose event it is.</param>
    /// <param name="value">The event.</param>
    /// <param name="context">When it happened and its id, where these aren't now and new.</param>
    /// <param name="cancellationToken">Ends the waiting, as for <see cref="IEventTracker.TrackAsync"/>.</param>
    /// <returns><see cref="TrackResult.Accepted"/>, or why not; never <see cref="TrackResult.BufferFull"/>.</returns>
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
