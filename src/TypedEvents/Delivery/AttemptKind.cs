namespace TypedEvents;

/// <summary>What a request is made for.</summary>
internal enum AttemptKind
{
    /// <summary>The next items of one or more lanes.</summary>
    Batch,

    /// <summary>An item behind one that fails alone: it shows whether the server works.</summary>
    BypassHead,

    /// <summary>A suspect, alone.</summary>
    RetryQuarantined,

    /// <summary>An event whose name is held, alone.</summary>
    ProbeHeldName,

    /// <summary>An event picked at random, alone, while everything is refused. It stays where it is if it is refused.</summary>
    ProbeRandom,
}
