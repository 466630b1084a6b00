namespace TypedEvents.Outbox;

/// <summary>Specifies which pending events a claim reads, and the maximum number.</summary>
public readonly record struct OutboxReadRequest
{
    /// <summary>Asks for all pending events of a partition, from the first.</summary>
    /// <param name="partition">One of <see cref="IOutboxClaim.Partitions"/>.</param>
    public OutboxReadRequest(int partition) => Partition = partition;

    /// <summary>One of <see cref="IOutboxClaim.Partitions"/>.</summary>
    public int Partition { get; }

    /// <summary>The position after which to begin. Default: 0, the beginning.</summary>
    public long After { get; init; }

    /// <summary>The maximum number of events. Default: <see cref="int.MaxValue"/>.</summary>
    public int MaxEvents { get; init; } = int.MaxValue;

    /// <summary>
    /// The maximum size of the JSON in bytes. The first event is read regardless of its size if the list to which it is added is empty. Default:
    /// <see cref="int.MaxValue"/>.
    /// </summary>
    public int MaxBytes { get; init; } = int.MaxValue;

    /// <summary>
    /// Whether this read only peeks at the events, so that the next read continues where the last one ended. An outbox whose events become visible in
    /// the order of their positions can ignore it. Default: <see langword="false"/>.
    /// </summary>
    public bool IsPeek { get; init; }
}
