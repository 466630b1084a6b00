namespace TypedEvents;

/// <summary>Why the circuit is open.</summary>
internal enum CircuitOpenReason
{
    /// <summary>Consecutive requests failed: the server is probably down.</summary>
    Failures,

    /// <summary>The configuration is wrong: no request is accepted until it is fixed.</summary>
    Configuration,

    /// <summary>Every request is rejected: the server may be at fault, not the events.</summary>
    Rejections,
}
