namespace TypedEvents.Outbox.PostgreSql;

/// <summary>What counts against the outbox's limits.</summary>
internal sealed record OutboxSizes
{
    /// <summary>The pending events that aren't held.</summary>
    public required long WaitingEvents { get; init; }

    /// <summary>The bytes of the pending events that aren't held.</summary>
    public required long WaitingBytes { get; init; }

    /// <summary>The bytes of dead letters and held events.</summary>
    public required long AsideBytes { get; init; }

    /// <summary>The names on hold, by partition.</summary>
    public required IReadOnlySet<(int Partition, string Name)> HeldNames { get; init; }

    public bool HasHeldNames => HeldNames.Count > 0;

    /// <summary>The rows that the next fold takes.</summary>
    public required long LedgerRows { get; init; }
}
