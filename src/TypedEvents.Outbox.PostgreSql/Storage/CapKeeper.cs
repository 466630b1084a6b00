namespace TypedEvents.Outbox.PostgreSql;

/// <summary>Keeps dead letters and held events within their cap: the oldest of both are evicted.</summary>
internal sealed class CapKeeper(Database database, EventSql sql, OutboxLimits limits, long maxBytes)
{
    private const int ChunkRows = 1000;

    public async ValueTask EnforceAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            OutboxSizes sizes = await limits.GetAsync(cancellationToken).ConfigureAwait(false);
            if (sizes.AsideBytes <= maxBytes || await EvictAsync(sizes.AsideBytes - maxBytes, cancellationToken).ConfigureAwait(false) == 0)
            {
                return;
            }

            limits.Invalidate();
        }
    }

    /// <summary>
    /// Evicts the oldest events until a number of bytes is free. Processes that do so at the same time pick the same rows, and one of them skips
    /// what the other has locked: so no more is evicted than necessary.
    /// </summary>
    private ValueTask<long> EvictAsync(long excess, CancellationToken cancellationToken) => database.RunAsync(
        [
            new Command(
                $"""
                WITH aside AS MATERIALIZED (
                  SELECT * FROM (
                    (SELECT position, partition, octet_length(json) AS bytes, true AS is_dead FROM {sql.Q}.dead_letters ORDER BY position LIMIT {ChunkRows})
                    UNION ALL
                    (SELECT e.position, e.partition, octet_length(e.json), false
                     FROM {sql.Q}.held_names h JOIN {sql.Q}.events e ON e.partition = h.partition AND e.name = h.name
                     ORDER BY e.position LIMIT {ChunkRows})) both_kinds
                  ORDER BY position LIMIT {ChunkRows}),
                summed AS (SELECT *, sum(bytes) OVER (ORDER BY position) - bytes AS before FROM aside),
                dead AS MATERIALIZED (
                  SELECT d.position FROM {sql.Q}.dead_letters d JOIN summed s ON s.position = d.position
                  WHERE s.is_dead AND s.before < $1 ORDER BY d.position FOR UPDATE OF d SKIP LOCKED),
                held AS MATERIALIZED (
                  SELECT e.partition, e.position FROM {sql.Q}.events e JOIN summed s ON s.partition = e.partition AND s.position = e.position
                  WHERE NOT s.is_dead AND s.before < $1 ORDER BY e.position FOR UPDATE OF e SKIP LOCKED),
                gone_dead AS (DELETE FROM {sql.Q}.dead_letters d USING dead WHERE d.position = dead.position RETURNING d.json),
                gone_held AS (
                  DELETE FROM {sql.Q}.events e USING held WHERE e.partition = held.partition AND e.position = held.position
                  RETURNING e.external_id, e.json),
                figures AS (
                  SELECT d.count AS dead, d.bytes AS dead_bytes, h.count AS held, h.unregistered, h.bytes AS held_bytes
                  FROM (SELECT count(*) AS count, coalesce(sum(octet_length(json)), 0) AS bytes FROM gone_dead) d,
                    (SELECT count(*) AS count, count(*) FILTER (WHERE external_id IS NOT NULL) AS unregistered, coalesce(sum(octet_length(json)), 0) AS bytes FROM gone_held) h),
                noted AS (
                  INSERT INTO {sql.Q}.ledger (evicted, dead_letters, dead_letter_bytes, pending, pending_registration, pending_bytes)
                  SELECT dead + held, -dead, -dead_bytes, -held, -unregistered, -held_bytes FROM figures WHERE dead + held > 0)
                SELECT dead + held FROM figures
                """,
                Command.Of(excess)),
        ],
        static async (reader, token) =>
        {
            await reader.ReadAsync(token).ConfigureAwait(false);
            return reader.GetInt64(0);
        },
        cancellationToken);
}
