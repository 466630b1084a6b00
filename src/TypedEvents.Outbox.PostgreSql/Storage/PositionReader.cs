namespace TypedEvents.Outbox.PostgreSql;

/// <summary>
/// Reads the positions that a flush compares. <c>ORDER BY</c> with <c>LIMIT</c>, not <c>min()</c>: that becomes an aggregate over the whole index.
/// </summary>
internal sealed class PositionReader(Database database, EventSql sql)
{
    /// <param name="claimed">The partitions that this process sends.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public ValueTask<OutboxPositions> ReadAsync(IReadOnlyList<int> claimed, CancellationToken cancellationToken) => database.RunAsync(
        [
            EventSql.Plan,
            new Command($"""
                SELECT p, e.position,
                  (SELECT h.position FROM (
                     SELECT position FROM {sql.Q}.events WHERE partition = p::smallint AND {sql.IsHeld("events")} ORDER BY position LIMIT 1) h
                   WHERE EXISTS (SELECT FROM {sql.Q}.held_names n WHERE n.partition = p::smallint))
                FROM generate_series(0, {Partition.Count - 1}) AS p
                LEFT JOIN LATERAL (
                  SELECT position FROM {sql.Q}.events WHERE partition = p::smallint AND NOT {sql.IsHeld("events")} ORDER BY position LIMIT 1) e ON true
                """),
            new Command($"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sql.Q}.{Schema.Sequence}"),
        ],
        async (reader, token) =>
        {
            await reader.NextResultAsync(token).ConfigureAwait(false);
            var positions = new OutboxPositions();
            while (await reader.ReadAsync(token).ConfigureAwait(false))
            {
                long? pending = reader.IsDBNull(1) ? null : reader.GetInt64(1);
                long? held = reader.IsDBNull(2) ? null : reader.GetInt64(2);
                positions = positions with
                {
                    OldestPending = Least(positions.OldestPending, pending),
                    OldestPendingElsewhere = claimed.Contains(reader.GetInt32(0)) ? positions.OldestPendingElsewhere : Least(positions.OldestPendingElsewhere, pending),
                    OldestHeld = Least(positions.OldestHeld, held),
                };
            }

            await reader.NextResultAsync(token).ConfigureAwait(false);
            await reader.ReadAsync(token).ConfigureAwait(false);
            return positions with { LastAppended = reader.GetInt64(0) };
        },
        cancellationToken);

    private static long? Least(long? one, long? other) => one is null || other < one ? other ?? one : one;
}
