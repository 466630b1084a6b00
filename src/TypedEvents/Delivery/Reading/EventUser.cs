namespace TypedEvents;

/// <summary>Tells the users of events apart.</summary>
internal static class EventUser
{
    /// <summary>
    /// The same for all events of one user, who was named by its EUID or by one external id. Two users may share a key: then one of them
    /// waits for another turn.
    /// </summary>
    public static int KeyOf(OutboxEvent stored)
    {
        if (stored.User.IsExternalId)
        {
            return stored.User.GetHashCode();
        }

        ReadOnlySpan<byte> euid = EuidPlaceholder.DigitsOf(stored.Json.Span, stored.EventName);
        if (euid.IsEmpty)
        {
            return stored.Position.GetHashCode();
        }

        var key = new HashCode();
        key.AddBytes(euid);
        return key.ToHashCode();
    }
}
