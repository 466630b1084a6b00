namespace TypedEvents.Outbox;

/// <summary>The positions that show an outbox's progress. Events of a name on hold are called held.</summary>
public readonly record struct OutboxPositions
{
    /// <summary>The position that was assigned last; 0 if there was none yet.</summary>
    public long LastAppended { get; init; }

    /// <summary>The lowest position that is pending and isn't held, in any partition; <see langword="null"/> if there is none.</summary>
    public long? OldestPending { get; init; }

    /// <summary>
    /// The lowest position that is pending and isn't held in the partitions on which this outbox holds no claim: another process sends these,
    /// or nobody does. <see langword="null"/> if there is none.
    /// </summary>
    public long? OldestPendingElsewhere { get; init; }

    /// <summary>The lowest position of a held event, in any partition; <see langword="null"/> if there is none.</summary>
    public long? OldestHeld { get; init; }
}
