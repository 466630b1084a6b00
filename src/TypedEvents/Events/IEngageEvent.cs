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
}
