namespace TypedEvents;

/// <summary>The number of events that left the outbox undelivered, by reason.</summary>
public sealed record DiscardedEvents
{
    /// <summary>Dead letters and events on hold that were evicted because together they exceeded their limit.</summary>
    public long Evicted { get; init; }

    /// <summary>Events that were purged.</summary>
    public long Purged { get; init; }

    /// <summary>Events that were still in a memory outbox when the tracker ended.</summary>
    public long LeftOver { get; init; }

    /// <summary>The total over all reasons.</summary>
    public long Total => Evicted + Purged + LeftOver;
}
