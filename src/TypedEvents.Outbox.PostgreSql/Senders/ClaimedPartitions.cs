namespace TypedEvents.Outbox.PostgreSql;

/// <summary>What a sender has after a claim.</summary>
internal sealed record ClaimedPartitions(IReadOnlyList<int> Partitions, IReadOnlyList<string> HeldNames, IReadOnlyDictionary<int, PartitionFloor> Floors);
