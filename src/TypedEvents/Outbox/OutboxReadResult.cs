namespace TypedEvents.Outbox;

/// <summary>What a read under a claim found in addition to the events.</summary>
public readonly record struct OutboxReadResult
{
    /// <summary>Whether there are more events behind those that were read.</summary>
    public bool HasMore { get; init; }

    /// <summary>
    /// The lowest position, at or before that after which the read began, of an event that earlier reads couldn't see: its transaction was
    /// committed after theirs. If it is set, no event was read, and the delivery loop reads the partition again from this position on. An
    /// outbox whose events become visible in the order of their positions leaves it <see langword="null"/>.
    /// </summary>
    public long? LatePosition { get; init; }
}
