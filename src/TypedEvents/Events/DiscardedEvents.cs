namespace TypedEvents;

/// <summary>How many events left an outbox undelivered, by reason.</summary>
public sealed record DiscardedEvents
{
    /// <summary>Dead letters that were removed because their cap was reached.</summary>
    public long Evicted { get; init; }

    /// <summary>Dead letters that a person removed.</summary>
    public long Purged { get; init; }

    /// <summary>Events that were still in a memory outbox when it ended.</summary>
    public long LeftOver { get; init; }

    /// <summary>All of these.</summary>
    public long Total => Evicted + Purged + LeftOver;
}
