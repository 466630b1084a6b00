namespace TypedEvents;

/// <summary>An event that is tracked, unless its properties turn out to be a reason against it.</summary>
internal readonly struct AdmittedEvent(EventSchema schema, EngageUser user, Euid euid, bool isResolved)
{
    public EventSchema Schema { get; } = schema;

    public EngageUser User { get; } = user;

    /// <summary>The EUID to write: the user's, or <see cref="EuidPlaceholder.LongestEuid"/>.</summary>
    public Euid Euid { get; } = euid;

    /// <summary>Whether the user's EUID is known.</summary>
    public bool IsResolved { get; } = isResolved;
}
