namespace TypedEvents.Emulator;

/// <summary>The arrival of an event in an accepted report.</summary>
/// <param name="Received">The event as it arrived.</param>
/// <param name="Ordinal">1 for the first arrival of its <c>random_id</c>, 2 for the second.</param>
/// <param name="IsConflict">Whether it differs from the event that arrived first under its <c>random_id</c>.</param>
internal readonly record struct Arrival(ReceivedEvent Received, int Ordinal, bool IsConflict);
