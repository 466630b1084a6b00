using Npgsql;

namespace TypedEvents.Outbox.PostgreSql;

/// <summary>Reads what <see cref="PostgreSqlOutbox.DescribeAsync"/> returns.</summary>
internal sealed class OutboxDescriber(OutboxStore store, string schema)
{
    public async ValueTask<PostgreSqlOutboxDescription> DescribeAsync(CancellationToken cancellationToken)
    {
        OutboxStatistics statistics = await store.Statistics.ReadAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<long> pending = await store.Inspector.CountPendingByPartitionAsync(cancellationToken).ConfigureAwait(false);
        string q = store.Sql.Q;
        return await store.Database.RunAsync(
            [
                new Command(
                    $"""
                    SELECT o.schema_version, current_setting('server_version'), (SELECT count(*) FROM {q}.ledger), clock_timestamp(),
                      coalesce((SELECT t.n_dead_tup FROM pg_catalog.pg_stat_all_tables t WHERE t.schemaname = $1 AND t.relname = 'events'), 0),
                      pg_has_role('pg_read_all_stats', 'USAGE'),
                      (SELECT clock_timestamp() - min(a.xact_start) FROM pg_catalog.pg_stat_activity a
                       WHERE a.backend_xmin IS NOT NULL AND a.pid <> pg_backend_pid())
                    FROM {q}.outbox o
                    """,
                    Command.Of(schema)),
                new Command($"SELECT sender, host, registered_at, expires_at - clock_timestamp() FROM {q}.senders ORDER BY registered_at, sender"),
                new Command($"SELECT partition, sender FROM {q}.partitions ORDER BY partition"),
            ],
            (reader, token) => ReadAsync(reader, statistics, pending, token),
            cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<PostgreSqlOutboxDescription> ReadAsync(NpgsqlDataReader reader, OutboxStatistics statistics, IReadOnlyList<long> pending, CancellationToken token)
    {
        await reader.ReadAsync(token).ConfigureAwait(false);
        var now = new DateTimeOffset(reader.GetDateTime(3), TimeSpan.Zero);
        bool maySeeSnapshots = reader.GetBoolean(5);
        var description = new PostgreSqlOutboxDescription
        {
            Place = store.Place,
            Schema = schema,
            SchemaVersion = reader.GetInt32(0),
            ServerVersion = reader.GetString(1),
            LedgerRows = reader.GetInt64(2),
            DeadRows = reader.GetInt64(4),
            OldestSnapshotAge = !maySeeSnapshots || reader.IsDBNull(6) ? null : reader.GetTimeSpan(6),
            OldestSnapshotUnavailableReason = maySeeSnapshots ? null : "The role isn't a member of pg_read_all_stats, so other sessions' snapshots aren't shown to it.",
            Statistics = statistics,
            PendingByPartition = pending,
            OldestPendingAge = now - statistics.OldestPendingAt,
            Senders = [],
            FreePartitions = [],
        };
        List<PostgreSqlSender> senders = [];
        await reader.NextResultAsync(token).ConfigureAwait(false);
        while (await reader.ReadAsync(token).ConfigureAwait(false))
        {
            senders.Add(new PostgreSqlSender
            {
                Id = reader.GetGuid(0),
                Host = reader.IsDBNull(1) ? null : reader.GetString(1),
                RegisteredAt = new DateTimeOffset(reader.GetDateTime(2), TimeSpan.Zero),
                LeaseRemaining = reader.GetTimeSpan(3),
                Partitions = [],
            });
        }

        var owners = new Guid?[Partition.Count];
        await reader.NextResultAsync(token).ConfigureAwait(false);
        while (await reader.ReadAsync(token).ConfigureAwait(false))
        {
            owners[reader.GetInt16(0)] = reader.IsDBNull(1) ? null : reader.GetGuid(1);
        }

        return description with
        {
            Senders = [.. senders.Select(sender => sender with { Partitions = [.. Enumerable.Range(0, owners.Length).Where(partition => owners[partition] == sender.Id)] })],
            FreePartitions = [.. Enumerable.Range(0, owners.Length).Where(partition => !senders.Exists(sender => sender.Id == owners[partition]))],
        };
    }
}
