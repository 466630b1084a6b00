namespace TypedEvents.Outbox;

/// <summary>Which pending events a claim reads, and how many at most.</summary>
public readonly record struct OutboxReadRequest
{
    /// <summary>Asks for all pending events of a partition, from the first.</summary>
    /// <param name="partition">One of <see cref="IOutboxClaim.Partitions"/>.</param>
    public OutboxReadRequest(int partition) => Partition = partition;

    /// <summary>One of <see cref="IOutboxClaim.Partitions"/>.</summary>
    public int Partition { get; }

    /// <summary>The position after which to begin. Default: 0, the beginning.</summary>
    public long After { get; init; }

    /// <summary>The largest number of events. Default: <see cref="int.MaxValue"/>.</summary>
    public int MaxEvents { get; init; } = int.MaxValue;

    /// <summary>
    /// The largest number of bytes of JSON. The first event is read whatever its size if the list that it is added to is empty. Default:
    /// <see cref="int.MaxValue"/>.
    /// </summary>
    public int MaxBytes { get; init; } = int.MaxValue;

    /// <summary>
    /// Whether the events are only looked at, and the partition is read on from where it was. An outbox whose events become visible in the order
    /// of their positions needn't know. Default: <see langword="false"/>.
    /// </summary>
    public bool IsPeek { get; init; }
}
