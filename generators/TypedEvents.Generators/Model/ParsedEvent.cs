namespace TypedEvents.Generators.Model;

/// <summary>All that is read from an annotated record. Each part is emitted when it changes, and no other part with it.</summary>
/// <param name="Event">What is sent.</param>
/// <param name="Calls">The typed calls, or <see langword="null"/> where none can be called or made.</param>
/// <param name="Contract">What the tool <c>typedevents</c> reads.</param>
internal sealed record ParsedEvent(EventModel Event, EventCalls? Calls, ContractModel Contract);
