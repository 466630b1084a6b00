namespace TypedEvents;

/// <summary>
/// Returns the current user, such as the signed-in user of a web request. An <see cref="IUserEventTracker"/> asks it at each call, on the caller's
/// thread. Applications implement it where the package that registers it can't know the user: in Blazor circuits, SignalR hubs and background jobs.
/// </summary>
public interface IEngageUserAccessor
{
    /// <summary>The current user, or <see langword="null"/> if nobody is known; events are <see cref="TrackResult.NoUser"/> then.</summary>
    EngageUser? GetUser();
}
