namespace TypedEvents;

/// <summary>What an answer changes in the outbox.</summary>
/// <param name="Fate">What becomes of the items.</param>
/// <param name="HeldName">A name that is held from now on.</param>
internal readonly record struct Verdict(ItemFate Fate, string? HeldName = null);
