namespace TypedEvents;

/// <summary>
/// An event that is tracked, with what is stored beside its JSON. The bytes of the JSON are valid until the buffer that holds them is reused.
/// </summary>
/// <param name="schema">The event's type.</param>
/// <param name="partition">Which part of the outbox it belongs to.</param>
/// <param name="unresolvedUser">The user's external id where its EUID isn't known; <c>default</c> otherwise.</param>
/// <param name="json">The event, in UTF-8; empty until it is encoded.</param>
internal ref struct EncodedEvent(EventSchema schema, int partition, EngageUser unresolvedUser, ReadOnlySpan<byte> json)
{
    /// <summary>The event's type.</summary>
    public EventSchema Schema { get; } = schema;

    /// <summary>Which part of the outbox the event belongs to: <see cref="TypedEvents.Outbox.Partition.Of(EngageUser)"/>.</summary>
    public int Partition { get; } = partition;

    /// <summary>The user's external id where the EUID is a placeholder in <see cref="Json"/> (<see cref="EuidPlaceholder"/>); <c>default</c> otherwise.</summary>
    public EngageUser UnresolvedUser { get; } = unresolvedUser;

    /// <summary>The event, in UTF-8; empty until it is encoded.</summary>
    public ReadOnlySpan<byte> Json { get; set; } = json;

    /// <summary>Copies the event, so that it outlives the buffer that holds its bytes.</summary>
    public readonly Copied Copy() => new(Schema, Partition, UnresolvedUser, Json.ToArray());

    /// <summary>An event with bytes of its own.</summary>
    public sealed class Copied(EventSchema schema, int partition, EngageUser unresolvedUser, byte[] json)
    {
        /// <summary>The event.</summary>
        public EncodedEvent Event => new(schema, partition, unresolvedUser, json);
    }
}
