namespace TypedEvents;

/// <summary>An event as JSON, with what is stored beside it. Its bytes are valid until the buffer that holds them is reused.</summary>
internal readonly ref struct EncodedEvent(EventSchema schema, int partition, EngageUser unresolvedUser, ReadOnlySpan<byte> json)
{
    /// <summary>The event's type.</summary>
    public EventSchema Schema { get; } = schema;

    /// <summary>Which part of the outbox the event belongs to: <see cref="TypedEvents.Outbox.Partition.Of(EngageUser)"/>.</summary>
    public int Partition { get; } = partition;

    /// <summary>The user's external id where the EUID is a placeholder in <see cref="Json"/> (<see cref="EuidPlaceholder"/>); <c>default</c> otherwise.</summary>
    public EngageUser UnresolvedUser { get; } = unresolvedUser;

    /// <summary>The event, in UTF-8.</summary>
    public ReadOnlySpan<byte> Json { get; } = json;

    /// <summary>Copies the event, so that it outlives the buffer that holds its bytes.</summary>
    public Copied Copy() => new(Schema, Partition, UnresolvedUser, Json.ToArray());

    /// <summary>An event with bytes of its own.</summary>
    public sealed class Copied(EventSchema schema, int partition, EngageUser unresolvedUser, byte[] json)
    {
        /// <summary>The event.</summary>
        public EncodedEvent Event => new(schema, partition, unresolvedUser, json);
    }
}
