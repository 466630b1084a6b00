namespace TypedEvents;

/// <summary>What becomes of the items of a request.</summary>
internal enum DispositionKind
{
    /// <summary>They stay pending, in their place.</summary>
    Retry,

    /// <summary>They are settled.</summary>
    Delivered,

    /// <summary>The one item stays pending and is quarantined: it isn't among the next ones any more.</summary>
    Quarantine,

    /// <summary>The one item becomes a dead letter: it was rejected.</summary>
    DeadLetterRejected,

    /// <summary>The one item becomes a dead letter: it failed.</summary>
    DeadLetterUndeliverable,
}
