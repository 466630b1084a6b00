namespace TypedEvents.Outbox.PostgreSql;

/// <summary>
/// The statements that change events under a claim. Each begins with the fence: it locks the rows of the partitions that are still the sender's,
/// and changes nothing in others. It waits for a takeover in progress, and then finds the partition taken.
/// </summary>
internal sealed class SettlementSql(EventSql sql)
{
    /// <summary>The fence, over the sender $1 and the partitions $2.</summary>
    private string Fence => $"""
        WITH fence AS MATERIALIZED (
          SELECT partition FROM {sql.Q}.partitions
          WHERE partition = ANY($2::smallint[]) AND sender = $1 AND EXISTS (SELECT FROM {sql.Q}.senders WHERE sender = $1)
          ORDER BY partition FOR NO KEY UPDATE)
        """;

    /// <summary>The DELETE of the events $3 and $4. Never <c>position = ANY(…)</c>, which reads whole partitions.</summary>
    private string Gone => $"""
        gone AS (
          DELETE FROM {sql.Q}.events e USING fence f, unnest($3::smallint[], $4::bigint[]) AS k(partition, position)
          WHERE f.partition = k.partition AND e.partition = k.partition AND e.position = k.position
        """;

    /// <summary>Removes delivered events. Returns the number of partitions that are still the sender's, and what was removed.</summary>
    public Command Deliver(Guid sender, IReadOnlyList<OutboxEvent> events) => new(
        $"""
        {Fence},
        {Gone}
          RETURNING e.external_id IS NOT NULL AS unregistered, octet_length(e.json) AS bytes),
        noted AS (
          INSERT INTO {sql.Q}.ledger (delivered, pending, pending_registration, pending_bytes)
          SELECT count(*), -count(*), -count(*) FILTER (WHERE unregistered), -sum(bytes) FROM gone HAVING count(*) > 0)
        SELECT (SELECT count(*) FROM fence), count(*), coalesce(sum(bytes), 0)::bigint FROM gone
        """,
        Keys(sender, events));

    /// <summary>Makes events dead letters. Returns what <see cref="Deliver"/> does, and for each event its columns.</summary>
    public Command DeadLetter(Guid sender, IReadOnlyList<OutboxEvent> events, DeadLetterReason reason) => DeadLetter(Keys(sender, events), reason);

    /// <summary>The same for the positions of a partition.</summary>
    public Command DeadLetter(Guid sender, int partition, IReadOnlyList<long> positions, DeadLetterReason reason) => DeadLetter(
        [
            Command.Of(sender),
            Command.Of((short[])[(short)partition]),
            Command.Of([.. positions.Select(_ => (short)partition)]),
            Command.Of([.. positions]),
        ],
        reason);

    /// <summary>Which events of the first ones of a partition are over an age. The filter stands above the limit: below it the whole partition is read.</summary>
    public Command FindExpired(int partition, long after, int limit, TimeSpan maxAge) => new(
        $"""
        SELECT position, appended_at < {sql.Now} - $4 FROM (
          SELECT position, appended_at FROM {sql.Q}.events WHERE partition = $1 AND position > $2 ORDER BY position LIMIT $3) x
        """,
        Command.Of((short)partition),
        Command.Of(after),
        Command.Of((long)limit),
        Command.Of(maxAge));

    public Command Hold(Guid sender, IReadOnlyList<int> partitions, string eventName) => new(
        $"""
        {Fence},
        held AS (INSERT INTO {sql.Q}.held_names (partition, name) SELECT partition, $3 FROM fence ON CONFLICT DO NOTHING)
        SELECT count(*) FROM fence
        """,
        Command.Of(sender),
        Command.Of([.. partitions.Select(partition => (short)partition)]),
        Command.Of(eventName));

    public Command Release(Guid sender, IReadOnlyList<int> partitions, string eventName) => new(
        $"""
        {Fence},
        released AS (DELETE FROM {sql.Q}.held_names h USING fence f WHERE h.partition = f.partition AND h.name = $3)
        SELECT count(*) FROM fence
        """,
        Command.Of(sender),
        Command.Of([.. partitions.Select(partition => (short)partition)]),
        Command.Of(eventName));

    public Command ReadHeld(IReadOnlyList<int> partitions, string eventName, long after) => new(
        $"""
        SELECT {EventSql.Columns.Replace("position", "e.position", StringComparison.Ordinal)} FROM unnest($1::smallint[]) AS p
        CROSS JOIN LATERAL (
          SELECT {EventSql.Columns} FROM {sql.Q}.events
          WHERE partition = p AND position > $3 AND name = $2 AND {sql.IsHeld("events")}
          ORDER BY position LIMIT 1) e
        ORDER BY e.position LIMIT 1
        """,
        Command.Of([.. partitions.Select(partition => (short)partition)]),
        Command.Of(eventName),
        Command.Of(after));

    private Command DeadLetter(Npgsql.NpgsqlParameter[] keys, DeadLetterReason reason) => new(
        $"""
        {Fence},
        {Gone}
          RETURNING e.*),
        dead AS (
          INSERT INTO {sql.Q}.dead_letters (position, partition, appended_at, name, app_key, identity_name, external_id, json, kind, code, message)
          SELECT position, partition, appended_at, name, app_key, identity_name, external_id, json, $5, $6, $7 FROM gone),
        noted AS (
          INSERT INTO {sql.Q}.ledger (pending, pending_registration, dead_letters, pending_bytes, dead_letter_bytes)
          SELECT -count(*), -count(*) FILTER (WHERE external_id IS NOT NULL), count(*), -sum(octet_length(json)), sum(octet_length(json)) FROM gone HAVING count(*) > 0)
        SELECT f.partitions, g.position, g.partition, g.name, g.app_key, g.identity_name, g.external_id, g.json
        FROM (SELECT count(*) AS partitions FROM fence) f LEFT JOIN gone g ON true
        ORDER BY g.position
        """,
        [.. keys, Command.Of(DeadLetterKinds.NameOf(reason.Kind)), Command.Of(reason.Code), Command.Of(reason.Message)]);

    private static Npgsql.NpgsqlParameter[] Keys(Guid sender, IReadOnlyList<OutboxEvent> events)
    {
        short[] partitions = new short[events.Count];
        long[] positions = new long[events.Count];
        for (int i = 0; i < events.Count; i++)
        {
            partitions[i] = (short)events[i].Partition;
            positions[i] = events[i].Position;
        }

        return [Command.Of(sender), Command.Of([.. partitions.Distinct()]), Command.Of(partitions), Command.Of(positions)];
    }
}
