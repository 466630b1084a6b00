namespace TypedEvents.Outbox.PostgreSql;

/// <summary>A process that sends events of a <see cref="PostgreSqlOutbox"/>, or stands by.</summary>
public sealed record PostgreSqlSender
{
    /// <summary>Its registration, which is new whenever it registers.</summary>
    public required Guid Id { get; init; }

    /// <summary>The name of its host.</summary>
    public string? Host { get; init; }

    /// <summary>When it registered, by the database's clock.</summary>
    public required DateTimeOffset RegisteredAt { get; init; }

    /// <summary>How long its lease still lasts unless it is renewed, by the database's clock; less than zero: others may take its partitions.</summary>
    public required TimeSpan LeaseRemaining { get; init; }

    /// <summary>The partitions that it sends, from 0 to <see cref="Partition.Count"/> - 1.</summary>
    public required IReadOnlyList<int> Partitions { get; init; }
}
