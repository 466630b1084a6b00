namespace TypedEvents.Stress;

/// <summary>An event that identifies its process, user and number, independently of its <c>random_id</c>.</summary>
/// <param name="User">The event's user: one of the <see cref="StressUser"/>s.</param>
/// <param name="Process">The process that tracked it.</param>
/// <param name="Number">The event's number among the user's events of that process, in the order of tracking.</param>
/// <param name="IsBad">Whether the server always rejects it.</param>
[EngageEvent("tick")]
internal readonly partial record struct Tick(int User, int Process, int Number, bool IsBad);
