namespace TypedEvents.Outbox;

/// <summary>An event on its way into an outbox.</summary>
public readonly record struct BufferedEvent
{
    /// <summary>
    /// The part of the outbox that it belongs to, from 0 to <see cref="Outbox.Partition.Count"/> - 1: the same for all events of one user.
    /// </summary>
    public required int Partition { get; init; }

    /// <summary>The event's name.</summary>
    public required string EventName { get; init; }

    /// <summary>
    /// The user's external id if only that is known; the EUID's placeholder in <see cref="Json"/> is then blank. <c>default</c> otherwise.
    /// </summary>
    public EngageUser User { get; init; }

    /// <summary>The event as it is sent, in UTF-8. Valid until the append ends.</summary>
    public required ReadOnlyMemory<byte> Json { get; init; }
}
