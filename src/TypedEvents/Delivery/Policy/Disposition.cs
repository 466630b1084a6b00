namespace TypedEvents;

/// <summary>What a response changes in the outbox.</summary>
/// <param name="Kind">What becomes of the items.</param>
/// <param name="NameToHold">A name that is held from now on, unless it is already.</param>
internal readonly record struct Disposition(DispositionKind Kind, string? NameToHold = null)
{
    public bool IsDeadLetter => Kind is DispositionKind.DeadLetterRejected or DispositionKind.DeadLetterUndeliverable;
}
