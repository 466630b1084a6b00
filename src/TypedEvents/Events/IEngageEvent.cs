using System.ComponentModel;

namespace TypedEvents;

/// <summary>
/// An event of any type, so that a list can contain events of several types. The generator implements it for each
/// record that has <see cref="EngageEventAttribute"/>.
/// </summary>
public interface IEngageEvent
{
    /// <summary>Tracks the event under its own type.</summary>
    /// <param name="tracker">The tracker.</param>
    /// <param name="user">The user of the event.</param>
    /// <param name="context">The event's time and id, if they aren't the current time and a new id.</param>
    /// <returns>The tracker's result.</returns>
    [EditorBrowsable(EditorBrowsableState.Never)]
    TrackResult Track(IEventTracker tracker, EngageUser user, EventContext context);

    /// <summary>Tracks the event under its own type; the task completes when the outbox has persisted the event.</summary>
    /// <param name="tracker">The tracker.</param>
    /// <param name="user">The user of the event.</param>
    /// <param name="context">The event's time and id, if they aren't the current time and a new id.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The tracker's result.</returns>
    /// <exception cref="NotSupportedException">The type implements this interface without <see cref="IEngageEvent{TSelf}"/>.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    ValueTask<TrackResult> TrackAsync(IEventTracker tracker, EngageUser user, EventContext context, CancellationToken cancellationToken) =>
        throw NewNotAnEvent(this);

    /// <summary>Tracks the event under its own type, for the current user.</summary>
    /// <param name="tracker">The tracker.</param>
    /// <param name="context">The event's time and id, if they aren't the current time and a new id.</param>
    /// <returns>The tracker's result.</returns>
    /// <exception cref="NotSupportedException">The type implements this interface without <see cref="IEngageEvent{TSelf}"/>.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    TrackResult Track(IUserEventTracker tracker, EventContext context) => throw NewNotAnEvent(this);

    /// <summary>Tracks the event under its own type, for the current user; the task completes when the outbox has persisted the event.</summary>
    /// <param name="tracker">The tracker.</param>
    /// <param name="context">The event's time and id, if they aren't the current time and a new id.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The tracker's result.</returns>
    /// <exception cref="NotSupportedException">The type implements this interface without <see cref="IEngageEvent{TSelf}"/>.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    ValueTask<TrackResult> TrackAsync(IUserEventTracker tracker, EventContext context, CancellationToken cancellationToken) => throw NewNotAnEvent(this);

    private static NotSupportedException NewNotAnEvent(IEngageEvent value) =>
        new($"{value.GetType()} is not an event: it does not implement IEngageEvent<TSelf>, which the generator does for a partial record with [EngageEvent].");
}

/// <summary>An event of one type. The generator implements it for each record that has <see cref="EngageEventAttribute"/>.</summary>
/// <typeparam name="TSelf">The event type itself.</typeparam>
/// <remarks>
/// Event libraries are compiled against these members: they never change, and a new one has a default body.
/// </remarks>
public interface IEngageEvent<TSelf> : IEngageEvent
    where TSelf : IEngageEvent<TSelf>
{
    /// <summary>The data that all events of the type share.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    static abstract EventSchema Schema { get; }

    /// <summary>Writes the event's properties, each with its name.</summary>
    /// <param name="writer">The destination.</param>
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

    /// <inheritdoc/>
    TrackResult IEngageEvent.Track(IUserEventTracker tracker, EventContext context)
    {
        ArgumentNullException.ThrowIfNull(tracker);
        return tracker.Track((TSelf)this, context);
    }

    /// <inheritdoc/>
    ValueTask<TrackResult> IEngageEvent.TrackAsync(IUserEventTracker tracker, EventContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tracker);
        return tracker.TrackAsync((TSelf)this, context, cancellationToken);
    }
}
