namespace TypedEvents;

/// <summary>What becomes of the items of a request.</summary>
internal enum ItemFate
{
    /// <summary>They stay pending.</summary>
    Kept,

    /// <summary>They are settled.</summary>
    Delivered,

    /// <summary>The one item becomes a dead letter: it was refused.</summary>
    DeadRefused,

    /// <summary>The one item becomes a dead letter: it failed.</summary>
    DeadFailed,
}
