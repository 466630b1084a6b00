namespace TypedEvents.Outbox.PostgreSql;

/// <summary>
/// A position at or below which a partition had no pending event in a snapshot: a read from the beginning starts there, and looks for what was
/// committed since, so it doesn't pass the entries of rows that are gone.
/// </summary>
/// <param name="Position">The position.</param>
/// <param name="Snapshot">The snapshot.</param>
internal sealed record PartitionFloor(long Position, string Snapshot);
