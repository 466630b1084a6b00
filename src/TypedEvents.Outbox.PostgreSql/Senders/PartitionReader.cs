using Npgsql;

namespace TypedEvents.Outbox.PostgreSql;

/// <summary>The statements that read a partition, and report events that became visible late: by the difference of two snapshots.</summary>
internal sealed class PartitionReader(EventSql sql)
{
    private readonly string _read = $"""
        WITH s AS MATERIALIZED (SELECT pg_current_snapshot() AS snap),
        late AS MATERIALIZED (
          SELECT min(l.position) AS position FROM (
            SELECT position + 0 AS position FROM {sql.Q}.events
            WHERE partition::int = $1 AND xact >= pg_snapshot_xmax($3::pg_snapshot)
              AND xact < pg_snapshot_xmax((SELECT snap FROM s))
              AND position <= $4
            UNION ALL
            SELECT m.position FROM (
              SELECT x FROM s, pg_snapshot_xip($3::pg_snapshot) AS x WHERE pg_visible_in_snapshot(x, s.snap) OFFSET 0) AS ended
            CROSS JOIN LATERAL (
              SELECT min(position + 0) AS position FROM {sql.Q}.events
              WHERE partition::int = $1 AND xact = ended.x AND position <= $4) m) l)
        SELECT s.snap::text, late.position,
          EXISTS (SELECT FROM {sql.Q}.senders WHERE sender = $7) AS alive,
          (SELECT position FROM {sql.Q}.events WHERE partition = $1 AND position > $2 ORDER BY position DESC LIMIT 1) AS top,
          e.position, e.partition, e.name, e.app_key, e.identity_name, e.external_id, e.json
        FROM s CROSS JOIN late LEFT JOIN LATERAL (
          SELECT {EventSql.Columns} FROM {sql.Q}.events
          WHERE partition = $1 AND position > $2 AND NOT (name = ANY($5)) AND late.position IS NULL
          ORDER BY position LIMIT $6) e ON true
        ORDER BY e.position
        """;

    private readonly string _probe = $"""
        WITH s AS MATERIALIZED (SELECT pg_current_snapshot() AS snap)
        SELECT a.partition, s.snap::text, EXISTS (SELECT FROM {sql.Q}.senders WHERE sender = $4) AS alive,
          EXISTS (SELECT FROM {sql.Q}.events e WHERE e.partition = a.partition AND e.position > a.cursor)
          OR EXISTS (
            SELECT FROM {sql.Q}.events e
            WHERE e.partition::int = a.partition AND e.xact >= pg_snapshot_xmax(a.snapshot::pg_snapshot)
              AND e.xact < pg_snapshot_xmax(s.snap) AND e.position <= a.cursor)
          OR EXISTS (
            SELECT FROM (SELECT x FROM pg_snapshot_xip(a.snapshot::pg_snapshot) AS x WHERE pg_visible_in_snapshot(x, s.snap) OFFSET 0) AS ended
            CROSS JOIN LATERAL (
              SELECT FROM {sql.Q}.events e WHERE e.partition::int = a.partition AND e.xact = ended.x AND e.position <= a.cursor LIMIT 1) m)
        FROM s, unnest($1::int[], $2::bigint[], $3::text[]) AS a(partition, cursor, snapshot)
        """;

    /// <summary>Reads pending events.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="after">The position after which to begin.</param>
    /// <param name="lateSince">The snapshot of the read before; <see langword="null"/>: nothing is late.</param>
    /// <param name="lateUpTo">The position up to which an event may be late.</param>
    /// <param name="held">The names that aren't read.</param>
    /// <param name="limit">The largest number of events.</param>
    /// <param name="sender">The claim's sender.</param>
    public Command Read(int partition, long after, string? lateSince, long lateUpTo, string[] held, int limit, Guid sender) => new(
        _read,
        Command.Of(partition),
        Command.Of(after),
        Command.Of(lateSince),
        Command.Of(lateUpTo),
        Command.Of((string?[])held),
        Command.Of((long)limit),
        Command.Of(sender));

    /// <summary>Looks whether idle partitions have anything new, all of them in one statement.</summary>
    public Command Probe(IReadOnlyList<PartitionReading> idle, Guid sender) => new(
        _probe,
        Command.Of([.. idle.Select(reading => reading.Partition)]),
        Command.Of([.. idle.Select(reading => reading.Cursor)]),
        Command.Of((string?[])[.. idle.Select(reading => reading.Snapshot)]),
        Command.Of(sender));

    /// <summary>Reads the result of <see cref="Read"/>.</summary>
    public static async ValueTask<PartitionPage> ReadPageAsync(NpgsqlDataReader reader, EventRow rows, CancellationToken token)
    {
        List<OutboxEvent> events = [];
        PartitionPage? page = null;
        while (await reader.ReadAsync(token).ConfigureAwait(false))
        {
            page ??= new PartitionPage
            {
                Snapshot = reader.GetString(0),
                LatePosition = reader.IsDBNull(1) ? null : reader.GetInt64(1),
                IsAlive = reader.GetBoolean(2),
                Top = reader.IsDBNull(3) ? null : reader.GetInt64(3),
                Events = events,
            };
            if (!reader.IsDBNull(4))
            {
                events.Add(rows.Read(reader, 4));
            }
        }

        return page!;
    }
}
