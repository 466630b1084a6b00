using System.Data.Common;

namespace TypedEvents;

/// <summary>Tracks events for the user that an <see cref="IEngageUserAccessor"/> returns at each call.</summary>
/// <remarks>For code without ASP.NET Core, such as a Blazor circuit, a message handler or a test. Thread-safe if the accessor is.</remarks>
public sealed class UserEventTracker : IUserEventTracker, ITransactionalUserTracker
{
    private readonly IEventTracker _tracker;
    private readonly IEngageUserAccessor _accessor;

    /// <summary>Creates a tracker.</summary>
    /// <param name="tracker">The tracker of the events.</param>
    /// <param name="accessor">Returns the user.</param>
    public UserEventTracker(IEventTracker tracker, IEngageUserAccessor accessor)
    {
        ArgumentNullException.ThrowIfNull(tracker);
        ArgumentNullException.ThrowIfNull(accessor);
        _tracker = tracker;
        _accessor = accessor;
    }

    /// <inheritdoc/>
    public EngageUser? User => _accessor.GetUser();

    /// <inheritdoc/>
    public TrackResult Track<TEvent>(TEvent value, EventContext context = default)
        where TEvent : IEngageEvent<TEvent> =>
        User is { } user ? _tracker.Track(user, value, context) : _tracker.Drop(value, TrackResult.NoUser);

    /// <inheritdoc/>
    public ValueTask<TrackResult> TrackAsync<TEvent>(TEvent value, EventContext context = default, CancellationToken cancellationToken = default)
        where TEvent : IEngageEvent<TEvent> =>
        User is { } user
            ? _tracker.TrackAsync(user, value, context, cancellationToken)
            : ValueTask.FromResult(_tracker.Drop(value, TrackResult.NoUser));

    IUserEventTracker ITransactionalUserTracker.Enlist(DbTransaction transaction) => new UserEventTracker(_tracker.Enlist(transaction), _accessor);
}
