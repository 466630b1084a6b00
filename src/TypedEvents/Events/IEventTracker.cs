namespace TypedEvents;

/// <summary>
/// Takes events. <c>EventTracker</c> delivers them; application code depends on this interface. All members can be
/// called from any thread.
/// </summary>
public interface IEventTracker
{
    /// <summary>
    /// Takes an event: writes it as JSON at once, keeps the bytes and returns. It does no I/O, doesn't wait, and never throws
    /// for what an event holds.
    /// </summary>
    /// <typeparam name="TEvent">The event type: a partial record that has <see cref="EngageEventAttribute"/>.</typeparam>
    /// <param name="user">Whose event it is.</param>
    /// <param name="value">The event. A later change to it doesn't change what is sent.</param>
    /// <param name="context">When it happened and its id, where these aren't now and new.</param>
    /// <returns><see cref="TrackResult.Accepted"/>, or why not. Each outcome is counted.</returns>
    /// <exception cref="EventValidationException">
    /// A value breaks a rule of its property, and the tracker is set to throw then (<see cref="ValidationFailurePolicy.Throw"/>), which
    /// development and tests may do.
    /// </exception>
    TrackResult Track<TEvent>(EngageUser user, TEvent value, EventContext context = default)
        where TEvent : IEngageEvent<TEvent>;

    /// <summary>
    /// Takes an event and returns when the outbox holds it: with a durable outbox, a crash after that loses nothing. Where the
    /// buffer is full it waits for room.
    /// </summary>
    /// <typeparam name="TEvent">The event type: a partial record that has <see cref="EngageEventAttribute"/>.</typeparam>
    /// <param name="user">Whose event it is.</param>
    /// <param name="value">The event. It is written before the call returns its task; a later change to it doesn't change what is sent.</param>
    /// <param name="context">When it happened and its id, where these aren't now and new.</param>
    /// <param name="cancellationToken">
    /// Ends the waiting. Cancelled before the event has room, it isn't sent and counts as cancelled; cancelled later, it stays
    /// and is sent.
    /// </param>
    /// <returns><see cref="TrackResult.Accepted"/>, or why not; never <see cref="TrackResult.BufferFull"/>.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="EventValidationException">As for <see cref="Track"/>.</exception>
    ValueTask<TrackResult> TrackAsync<TEvent>(
        EngageUser user,
        TEvent value,
        EventContext context = default,
        CancellationToken cancellationToken = default)
        where TEvent : IEngageEvent<TEvent>;

    /// <summary>
    /// Waits until all that was tracked before is settled, or until what remains can't be settled now, or until the flush
    /// timeout.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting, not the sending.</param>
    /// <returns>Which of these it was, and the statistics of every event.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default);
}
