namespace TypedEvents.Stress;

/// <summary>An event that says who tracked it as which one, whatever its <c>random_id</c>.</summary>
/// <param name="User">Whose it is: one of the <see cref="StressUser"/>s.</param>
/// <param name="Process">The process that tracked it.</param>
/// <param name="Number">Its number among the user's events of that process; they are tracked in this order.</param>
/// <param name="IsBad">Whether the server rejects it, always.</param>
[EngageEvent("tick")]
internal readonly partial record struct Tick(int User, int Process, int Number, bool IsBad);
