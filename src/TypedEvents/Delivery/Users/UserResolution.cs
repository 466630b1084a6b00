namespace TypedEvents;

/// <summary>Whether an event can be sent as far as its user is concerned.</summary>
internal enum UserResolution
{
    /// <summary>It can: its JSON holds an EUID.</summary>
    Ready,

    /// <summary>Its user has to be registered first.</summary>
    Unregistered,

    /// <summary>It never can: its JSON has no free placeholder for the EUID of its user.</summary>
    Unreadable,
}
