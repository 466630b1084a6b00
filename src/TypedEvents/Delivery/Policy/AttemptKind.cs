namespace TypedEvents;

/// <summary>What a request is made for.</summary>
internal enum AttemptKind
{
    /// <summary>The next items of one or more lanes.</summary>
    Batch,

    /// <summary>An item behind one that fails alone (head-of-line bypass): it shows whether the server works.</summary>
    BypassHead,

    /// <summary>A quarantined event, alone.</summary>
    RetryQuarantined,

    /// <summary>An event whose name is held, alone (held-name probe).</summary>
    ProbeHeldName,

    /// <summary>An event picked at random, alone, while everything is rejected (random probe). If it is rejected, it stays where it is.</summary>
    ProbeRandom,
}
