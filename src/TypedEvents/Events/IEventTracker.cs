namespace TypedEvents;

/// <summary>
/// Tracks events. Application code depends on this interface; <c>EventTracker</c> implements it. All members are thread-safe.
/// </summary>
public interface IEventTracker
{
    /// <summary>
    /// Tracks an event: writes it as JSON into a buffer and returns. It does no I/O, doesn't wait, and never throws because of an event's
    /// content.
    /// </summary>
    /// <typeparam name="TEvent">The event type: a partial record that has <see cref="EngageEventAttribute"/>.</typeparam>
    /// <param name="user">The user of the event.</param>
    /// <param name="value">The event. Later changes to it have no effect.</param>
    /// <param name="context">The event's time and id, if they aren't the current time and a new id.</param>
    /// <returns><see cref="TrackResult.Accepted"/>, or the reason why the event was dropped. Each outcome is counted.</returns>
    /// <exception cref="EventValidationException">
    /// A value failed a validation attribute of its property, and the tracker's policy is <see cref="ValidationFailurePolicy.Throw"/>, which is
    /// meant for development and tests.
    /// </exception>
    TrackResult Track<TEvent>(EngageUser user, TEvent value, EventContext context = default)
        where TEvent : IEngageEvent<TEvent>;

    /// <summary>
    /// Tracks an event and returns when the outbox has it: with a durable outbox, a crash after that doesn't lose the event. If the
    /// buffer is full, it waits for room.
    /// </summary>
    /// <typeparam name="TEvent">The event type: a partial record that has <see cref="EngageEventAttribute"/>.</typeparam>
    /// <param name="user">The user of the event.</param>
    /// <param name="value">The event. It is written before the call returns its task; later changes to it have no effect.</param>
    /// <param name="context">The event's time and id, if they aren't the current time and a new id.</param>
    /// <param name="cancellationToken">
    /// Cancels the wait. If the buffer had no room for the event yet, the event isn't sent and counts as cancelled; otherwise it is sent.
    /// </param>
    /// <returns><see cref="TrackResult.Accepted"/>, or the reason why the event was dropped; never <see cref="TrackResult.BufferFull"/>.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="EventValidationException">As for <see cref="Track"/>.</exception>
    ValueTask<TrackResult> TrackAsync<TEvent>(
        EngageUser user,
        TEvent value,
        EventContext context = default,
        CancellationToken cancellationToken = default)
        where TEvent : IEngageEvent<TEvent>;

    /// <summary>
    /// Waits until every event that was tracked before is settled, the remaining ones can't be settled now, or the flush timeout expires.
    /// </summary>
    /// <param name="cancellationToken">Cancels the wait, not the delivery.</param>
    /// <returns>Which of these happened, and the statistics.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default);
}
