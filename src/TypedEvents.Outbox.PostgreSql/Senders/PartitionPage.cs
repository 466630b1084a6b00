namespace TypedEvents.Outbox.PostgreSql;

/// <summary>What one statement read of a partition.</summary>
internal sealed record PartitionPage
{
    public required string Snapshot { get; init; }

    /// <summary>The lowest position that became visible late: then there are no events.</summary>
    public required long? LatePosition { get; init; }

    /// <summary>Whether the sender is still registered; otherwise the events must not be used.</summary>
    public required bool IsAlive { get; init; }

    /// <summary>The highest pending position behind that after which the read began, held or not; <see langword="null"/>: there is none.</summary>
    public required long? Top { get; init; }

    public required IReadOnlyList<OutboxEvent> Events { get; init; }
}
