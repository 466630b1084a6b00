namespace TypedEvents;

/// <summary>What a response changes in the outbox.</summary>
/// <param name="Kind">What becomes of the items.</param>
/// <param name="HeldName">A name that is held from now on.</param>
internal readonly record struct Disposition(DispositionKind Kind, string? HeldName = null);
