namespace TypedEvents.Outbox;

/// <summary>A pending event in an outbox.</summary>
public readonly record struct OutboxEvent
{
    /// <summary>Its place in the order of appending: from 1, unique within the outbox, and never reused.</summary>
    public required long Position { get; init; }

    /// <summary>The part of the outbox that it belongs to, from 0 to <see cref="Outbox.Partition.Count"/> - 1.</summary>
    public required int Partition { get; init; }

    /// <summary>The event's name.</summary>
    public required string EventName { get; init; }

    /// <summary>The application that the event comes from (<c>app_key</c>), or <see langword="null"/>. A request contains events of only one application.</summary>
    public string? AppKey { get; init; }

    /// <summary>
    /// The user's external id if the EUID's placeholder in <see cref="Json"/> is still blank; <c>default</c> otherwise.
    /// </summary>
    public EngageUser User { get; init; }

    /// <summary>The event as it is sent, in UTF-8. Valid until the event is settled.</summary>
    public required ReadOnlyMemory<byte> Json { get; init; }
}
