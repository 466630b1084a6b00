namespace TypedEvents;

/// <summary>
/// Tracks events of the current user, so that calls don't take a user: <c>tracker.TrackOrderPlaced(orderId, total)</c>. In an ASP.NET Core application it is a
/// scoped service (<c>AddCurrentUser</c> of the package TypedEvents.AspNetCore); for a known user, <c>tracker.ForUser(user)</c> creates one.
/// </summary>
public interface IUserEventTracker
{
    /// <summary>The current user, or <see langword="null"/> if nobody is known.</summary>
    EngageUser? User { get; }

    /// <summary>
    /// Tracks an event of the current user, as <see cref="IEventTracker.Track"/> does. The user is read now, on the caller's thread.
    /// </summary>
    /// <typeparam name="TEvent">The event type: a partial record that has <see cref="EngageEventAttribute"/>.</typeparam>
    /// <param name="value">The event. Later changes to it have no effect.</param>
    /// <param name="context">The event's time and id, if they aren't the current time and a new id.</param>
    /// <returns>
    /// <see cref="TrackResult.Accepted"/>, or the reason why the event was dropped: <see cref="TrackResult.NoUser"/> if nobody is known. Each outcome is
    /// counted by the tracker.
    /// </returns>
    /// <exception cref="EventValidationException">As for <see cref="IEventTracker.Track"/>.</exception>
    TrackResult Track<TEvent>(TEvent value, EventContext context = default)
        where TEvent : IEngageEvent<TEvent>;

    /// <summary>
    /// Tracks an event of the current user, as <see cref="IEventTracker.TrackAsync"/> does. The user is read before the call returns its task.
    /// </summary>
    /// <typeparam name="TEvent">The event type: a partial record that has <see cref="EngageEventAttribute"/>.</typeparam>
    /// <param name="value">The event. It is written before the call returns its task; later changes to it have no effect.</param>
    /// <param name="context">The event's time and id, if they aren't the current time and a new id.</param>
    /// <param name="cancellationToken">Cancels the wait, as for <see cref="IEventTracker.TrackAsync"/>.</param>
    /// <returns>As for <see cref="Track"/>; never <see cref="TrackResult.BufferFull"/>.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="EventValidationException">As for <see cref="IEventTracker.Track"/>.</exception>
    ValueTask<TrackResult> TrackAsync<TEvent>(TEvent value, EventContext context = default, CancellationToken cancellationToken = default)
        where TEvent : IEngageEvent<TEvent>;
}
