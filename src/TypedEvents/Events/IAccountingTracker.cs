namespace TypedEvents;

/// <summary>
/// A tracker that accounts for events that were dropped before they reached it: an <c>EventTracker</c>, or a class that wraps one and passes this on. An
/// <see cref="IUserEventTracker"/> uses it; application code doesn't have to.
/// </summary>
public interface IAccountingTracker
{
    /// <summary>Counts an event as dropped.</summary>
    /// <typeparam name="TEvent">The event type.</typeparam>
    /// <param name="value">The event. None of its properties is read.</param>
    /// <param name="reason"><see cref="TrackResult.NoUser"/> or <see cref="TrackResult.Filtered"/>.</param>
    /// <returns>
    /// What the caller's <c>Track</c> returns: <paramref name="reason"/>, or a result that takes precedence, such as <see cref="TrackResult.Closed"/>.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="reason"/> is another result.</exception>
    TrackResult Drop<TEvent>(TEvent value, TrackResult reason)
        where TEvent : IEngageEvent<TEvent>;
}
