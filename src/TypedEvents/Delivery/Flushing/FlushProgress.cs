namespace TypedEvents;

/// <summary>What keeps events from being settled at the end of a step.</summary>
/// <param name="IsHalted">Whether nothing is sent now, and nothing is in flight: the circuit is open, or the claim was left to other processes.</param>
/// <param name="IsRegistrationHalted">Whether users can't be registered because their endpoint fails.</param>
/// <param name="IsIdle">
/// Whether nothing up to a position can be sent now: what remains is quarantined. Not so without a claim, as whoever has it sends the
/// events.
/// </param>
internal readonly record struct FlushProgress(bool IsHalted, bool IsRegistrationHalted, Predicate<long> IsIdle);
