namespace TypedEvents;

/// <summary>What is tried, as far as the rules are concerned: an event, or a user's external id that is registered.</summary>
/// <param name="Id">The event's position, or a number of the id.</param>
/// <param name="Name">The event's name, or the kind of the id.</param>
internal readonly record struct TriedItem(long Id, string Name);
