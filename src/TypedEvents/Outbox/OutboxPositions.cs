namespace TypedEvents.Outbox;

/// <summary>The positions that say how far an outbox is. Held are the events of a name on hold.</summary>
public readonly record struct OutboxPositions
{
    /// <summary>The position that was given last; 0 where none ever was.</summary>
    public long LastAppended { get; init; }

    /// <summary>The lowest position that is pending and isn't held, in any partition; <see langword="null"/> where there is none.</summary>
    public long? OldestPending { get; init; }

    /// <summary>
    /// The lowest position that is pending and isn't held in the partitions on which this outbox holds no claim: another process sends these,
    /// or nobody does. <see langword="null"/> where there is none.
    /// </summary>
    public long? OldestPendingElsewhere { get; init; }

    /// <summary>The lowest position of a held event, in any partition; <see langword="null"/> where there is none.</summary>
    public long? OldestHeld { get; init; }
}
