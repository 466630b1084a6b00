using System.ComponentModel;

namespace TypedEvents.Registration;

/// <summary>
/// Replaces every tracker of a container, whether it is registered before or after: <see cref="IEventTracker"/> is then what this returns, an
/// <see cref="EventTracker"/> can't be resolved, and neither the host nor a health check touches one. It is for test kits.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class TrackerReplacement
{
    /// <summary>Returns the tracker that takes the place of a registered one. The container calls it once for each.</summary>
    /// <param name="name">The name that was given to <c>AddKeyedTypedEvents</c>; <see langword="null"/> for the tracker of <c>AddTypedEvents</c>.</param>
    public abstract IEventTracker GetTracker(string? name);
}
