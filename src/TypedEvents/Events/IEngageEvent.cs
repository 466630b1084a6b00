using System.ComponentModel;

namespace TypedEvents;

/// <summary>
/// An event of any type, so that events of several types can stand in one list. The generator implements it for each
/// record that has <see cref="EngageEventAttribute"/>.
/// </summary>
public interface IEngageEvent
{
    /// <summary>Calls the tracker with the event's own type.</summary>
    /// <param name="tracker">The tracker.</param>
    /// <param name="user">Whose event it is.</param>
    /// <param name="context">What is known besides.</param>
    /// <returns>The tracker's answer.</returns>
    [EditorBrowsable(EditorBrowsableState.Never)]
    TrackResult Track(IEventTracker tracker, EngageUser user, EventContext context);

    /// <summary>Calls the tracker with the event's own type, and gives the task that ends when the outbox holds the event.</summary>
    /// <param name="tracker">The tracker.</param>
    /// <param name="user">Whose event it is.</param>
    /// <param name="context">What is known besides.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The tracker's answer.</returns>
    /// <exception cref="NotSupportedException">The type implements this interface by itself, and not <see cref="IEngageEvent{TSelf}"/>.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    ValueTask<TrackResult> TrackAsync(IEventTracker tracker, EngageUser user, EventContext context, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{GetType()} is not an event: it does not implement IEngageEvent<TSelf>, which the generator does for a partial record with [EngageEvent].");
}

/// <summary>An event of one type. The generator implements it for each record that has <see cref="EngageEventAttribute"/>.</summary>
/// <typeparam name="TSelf">The event type itself.</typeparam>
/// <remarks>
/// Event libraries are compiled against these members: they never change, and a new one has a default body.
/// </remarks>
public interface IEngageEvent<TSelf> : IEngageEvent
    where TSelf : IEngageEvent<TSelf>
{
    /// <summary>What is known of the event type.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    static abstract EventSchema Schema { get; }

    /// <summary>Writes the event's properties, each with its name.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="value">The event.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    static abstract void WriteProperties(ref EventWriter writer, in TSelf value);

    /// <inheritdoc/>
    TrackResult IEngageEvent.Track(IEventTracker tracker, EngageUser user, EventContext context)
    {
        ArgumentNullException.ThrowIfNull(tracker);
        return tracker.Track(user, (TSelf)this, context);
    }

    /// <inheritdoc/>
    ValueTask<TrackResult> IEngageEvent.TrackAsync(IEventTracker tracker, EngageUser user, EventContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tracker);
        return tracker.TrackAsync(user, (TSelf)this, context, cancellationToken);
    }
}
