namespace TypedEvents.Outbox.PostgreSql;

/// <summary>
/// The outbox's statistics: the row of <c>outbox</c>, up to the last fold, and what the ledger adds to it. All of them come from one snapshot.
/// </summary>
internal sealed class StatisticsReader(Database database, EventSql sql)
{
    private static readonly string[] Columns =
        ["appended", "delivered", "pending", "pending_registration", "dead_letters", "evicted", "purged", "pending_bytes", "dead_letter_bytes"];

    private readonly string _sums = $"""
        SELECT {string.Join(", ", Columns.Select(column => $"o.{column} + coalesce(sum(l.{column}), 0)::bigint AS {column}"))}
        FROM {sql.Q}.outbox o LEFT JOIN {sql.Q}.ledger l ON true GROUP BY o.id
        """;

    /// <summary>Held events are looked for only where a name is on hold: that reads the pending events of their partitions.</summary>
    private readonly string _held = $"""
        (SELECT count(*) AS events, coalesce(sum(octet_length(e.json)), 0)::bigint AS bytes
         FROM {sql.Q}.held_names h JOIN {sql.Q}.events e ON e.partition = h.partition AND e.name = h.name
         WHERE (SELECT EXISTS (SELECT FROM {sql.Q}.held_names))) held
        """;

    /// <summary>The folded row with what the ledger adds becomes the row: it is done each minute, and after 5,000 rows.</summary>
    public Command Fold { get; } = new($"""
        WITH o AS MATERIALIZED (SELECT id FROM {sql.Q}.outbox FOR NO KEY UPDATE SKIP LOCKED),
        t AS (DELETE FROM {sql.Q}.ledger l USING o RETURNING l.*),
        s AS (SELECT {string.Join(", ", Columns.Select(column => $"sum({column}) AS {column}"))} FROM t HAVING count(*) > 0)
        UPDATE {sql.Q}.outbox SET {string.Join(", ", Columns.Select(column => $"{column} = outbox.{column} + s.{column}"))} FROM s
        """);

    public ValueTask<OutboxStatistics> ReadAsync(CancellationToken cancellationToken) => database.RunAsync(
        [
            EventSql.Plan,
            new Command($"""
                SELECT t.*, held.events,
                  (SELECT e.appended_at FROM generate_series(0, {Partition.Count - 1}) AS p CROSS JOIN LATERAL (
                     SELECT position, appended_at FROM {sql.Q}.events
                     WHERE partition = p::smallint AND NOT {sql.IsHeld("events")}
                     ORDER BY position LIMIT 1) e
                   ORDER BY e.position LIMIT 1)
                FROM ({_sums}) t CROSS JOIN {_held}
                """),
        ],
        static async (reader, token) =>
        {
            await reader.NextResultAsync(token).ConfigureAwait(false);
            await reader.ReadAsync(token).ConfigureAwait(false);
            return new OutboxStatistics
            {
                Appended = reader.GetInt64(0),
                Delivered = reader.GetInt64(1),
                Pending = reader.GetInt64(2),
                PendingRegistration = reader.GetInt64(3),
                DeadLetters = reader.GetInt64(4),
                Discarded = new DiscardedEvents { Evicted = reader.GetInt64(5), Purged = reader.GetInt64(6) },
                Held = reader.GetInt64(9),
                OldestPendingAt = await reader.IsDBNullAsync(10, token).ConfigureAwait(false) ? null : new DateTimeOffset(reader.GetDateTime(10), TimeSpan.Zero),
            };
        },
        cancellationToken);

    /// <summary>What counts against the limits.</summary>
    public ValueTask<OutboxSizes> ReadSizesAsync(CancellationToken cancellationToken) => database.RunAsync(
        [
            EventSql.Plan,
            new Command($"SELECT partition, name FROM {sql.Q}.held_names"),
            new Command($"SELECT t.*, held.events, held.bytes, (SELECT count(*) FROM {sql.Q}.ledger) FROM ({_sums}) t CROSS JOIN {_held}"),
        ],
        static async (reader, token) =>
        {
            HashSet<(int, string)> heldNames = [];
            await reader.NextResultAsync(token).ConfigureAwait(false);
            while (await reader.ReadAsync(token).ConfigureAwait(false))
            {
                heldNames.Add((reader.GetInt16(0), reader.GetString(1)));
            }

            await reader.NextResultAsync(token).ConfigureAwait(false);
            await reader.ReadAsync(token).ConfigureAwait(false);
            long heldBytes = reader.GetInt64(10);
            return new OutboxSizes
            {
                WaitingEvents = reader.GetInt64(2) - reader.GetInt64(9),
                WaitingBytes = reader.GetInt64(7) - heldBytes,
                AsideBytes = reader.GetInt64(8) + heldBytes,
                HeldNames = heldNames,
                LedgerRows = reader.GetInt64(11),
            };
        },
        cancellationToken);
}
