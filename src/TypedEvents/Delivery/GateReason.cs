namespace TypedEvents;

/// <summary>Why the gate is closed.</summary>
internal enum GateReason
{
    /// <summary>Requests fail one after the other: the server is down.</summary>
    Failures,

    /// <summary>Nobody's requests are taken before somebody mends the configuration.</summary>
    Configuration,

    /// <summary>Everything is refused: what is wrong may be the server.</summary>
    Refusals,
}
