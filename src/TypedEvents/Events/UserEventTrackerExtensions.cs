namespace TypedEvents;

/// <summary>Tracks events of one user, and events whose type is known only at run time.</summary>
public static class UserEventTrackerExtensions
{
    /// <summary>
    /// Returns a tracker of one user's events, so that calls don't have to pass the user: in a message handler, for instance, or for a class that expects an
    /// <see cref="IUserEventTracker"/>, in a test.
    /// </summary>
    /// <param name="tracker">The tracker of the events.</param>
    /// <param name="user">The user; <see langword="null"/>: nobody, and events are <see cref="TrackResult.NoUser"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="tracker"/> is <see langword="null"/>.</exception>
    public static IUserEventTracker ForUser(this IEventTracker tracker, EngageUser? user) => new UserEventTracker(tracker, new FixedUser(user));

    /// <summary>
    /// Counts an event as dropped, if the tracker can account for it (<see cref="IAccountingTracker"/>); for implementations of
    /// <see cref="IUserEventTracker"/>.
    /// </summary>
    /// <typeparam name="TEvent">The event type.</typeparam>
    /// <param name="tracker">The tracker that would have received the event.</param>
    /// <param name="value">The event.</param>
    /// <param name="reason"><see cref="TrackResult.NoUser"/> or <see cref="TrackResult.Filtered"/>.</param>
    /// <returns>What <c>Track</c> returns: usually <paramref name="reason"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="tracker"/> is <see langword="null"/>.</exception>
    public static TrackResult Drop<TEvent>(this IEventTracker tracker, TEvent value, TrackResult reason)
        where TEvent : IEngageEvent<TEvent>
    {
        ArgumentNullException.ThrowIfNull(tracker);
        return tracker is IAccountingTracker accounting ? accounting.Drop(value, reason) : reason;
    }

    /// <summary>Tracks an event whose type isn't known at compile time, such as one from a list of several types.</summary>
    /// <param name="tracker">The tracker.</param>
    /// <param name="value">The event.</param>
    /// <param name="context">The event's time and id, if they aren't the current time and a new id.</param>
    /// <returns><see cref="TrackResult.Accepted"/>, or the reason why the event was dropped. Each outcome is counted.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="tracker"/> or <paramref name="value"/> is <see langword="null"/>.</exception>
    public static TrackResult Track(this IUserEventTracker tracker, IEngageEvent value, EventContext context = default)
    {
        ArgumentNullException.ThrowIfNull(tracker);
        ArgumentNullException.ThrowIfNull(value);
        return value.Track(tracker, context);
    }

    /// <summary>
    /// Tracks an event whose type isn't known at compile time, such as one from a list of several types, and returns when the outbox has persisted it.
    /// </summary>
    /// <param name="tracker">The tracker.</param>
    /// <param name="value">The event.</param>
    /// <param name="context">The event's time and id, if they aren't the current time and a new id.</param>
    /// <param name="cancellationToken">Cancels the wait, as for <see cref="IUserEventTracker.TrackAsync"/>.</param>
    /// <returns><see cref="TrackResult.Accepted"/>, or the reason why the event was dropped; never <see cref="TrackResult.BufferFull"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="tracker"/> or <paramref name="value"/> is <see langword="null"/>.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static ValueTask<TrackResult> TrackAsync(
        this IUserEventTracker tracker,
        IEngageEvent value,
        EventContext context = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tracker);
        ArgumentNullException.ThrowIfNull(value);
        return value.TrackAsync(tracker, context, cancellationToken);
    }

    private sealed class FixedUser(EngageUser? user) : IEngageUserAccessor
    {
        public EngageUser? GetUser() => user;
    }
}
