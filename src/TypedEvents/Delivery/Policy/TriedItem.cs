namespace TypedEvents;

/// <summary>What is tried, as far as the rules are concerned: an event, or a user's external id that is registered.</summary>
/// <param name="id">The event's position, or a number of the id.</param>
/// <param name="name">The event's name, or the kind of the id.</param>
internal readonly struct TriedItem(long id, string name)
{
    public long Id => id;

    public string Name => name;
}
