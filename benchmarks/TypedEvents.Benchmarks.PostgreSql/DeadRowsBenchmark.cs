using Npgsql;
using TypedEvents.Outbox.PostgreSql;

namespace TypedEvents.Benchmarks.PostgreSql;

/// <summary>
/// What a session costs that holds a snapshot for hours, so that VACUUM removes none of a million deleted rows: two outboxes in one server, one of
/// which has them.
/// </summary>
internal static class DeadRowsBenchmark
{
    private const int Rows = 1_000_000;

    public static void Run(BenchmarkOptions options) => RunAsync(new Report("postgresql-dead-rows", options), options).GetAwaiter().GetResult();

    private static async Task RunAsync(Report report, BenchmarkOptions options)
    {
        int rounds = options.IsQuick ? 5 : 11;
        int rows = options.IsQuick ? Rows / 10 : Rows;
        await using PostgreSqlServer server = await PostgreSqlServer.StartAsync("max_wal_size = 4GB");
        await using PostgreSqlDatabase database = await server.CreateDatabaseAsync();
        await using Side healthy = await Side.OpenAsync(database, "healthy");
        await using Side dead = await Side.OpenAsync(database, "dead");
        await using NpgsqlConnection holder = await database.DataSource.OpenConnectionAsync();
        await using (var hold = new NpgsqlCommand("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM healthy.outbox", holder))
        {
            await hold.ExecuteNonQueryAsync();
        }

        await using (NpgsqlCommand fill = database.DataSource.CreateCommand($"""
            INSERT INTO dead.events (partition, name, json) SELECT n % 16, 'page_viewed', decode(repeat('78', {Blocks.EventBytes}), 'hex') FROM generate_series(1, {rows}) AS n;
            DELETE FROM dead.events;
            """))
        {
            fill.CommandTimeout = 600;
            await fill.ExecuteNonQueryAsync();
        }

        // Steady delivery has read each partition before.
        for (int i = 0; i < 2 * Partition.Count; i++)
        {
            await healthy.CycleAsync();
            await dead.CycleAsync();
        }

        (string Name, Func<Side, Task<int>> Run)[] operations =
        [
            ("append, read and settle 100 events", static side => side.CycleAsync()),
            ("first read of a partition, at a floor", static side => side.FirstReadAsync(usesFloor: true)),
            ("first read of a partition, without a floor", static side => side.FirstReadAsync(usesFloor: false)),
            ("positions for a flush", static side => side.PositionsAsync()),
            ("statistics", static side => side.StatisticsAsync()),
        ];
        report.Line(Machine.Describe());
        report.Line("");
        report.Line($"| what, with {rows:N0} dead rows | ms without them | ms | ratio | ± |");
        report.Line("| --- | ---: | ---: | ---: | ---: |");
        foreach ((string name, Func<Side, Task<int>> run) in operations.Where(operation => options.Includes(operation.Name)))
        {
            double[][] times = await Rounds.MeasureAsync([new("healthy", () => run(healthy)), new("dead", () => run(dead))], rounds);
            (double ratio, double spread) = Rounds.Compare(times[1], times[0]);
            report.Line($"| {name} | {Rounds.Median(times[0]) * 1000:F2} | {Rounds.Median(times[1]) * 1000:F2} | {ratio:F2} | {spread:F2} |");
        }

        report.End();
    }

    private sealed class Side(PostgreSqlOutbox outbox, PostgreSqlClaim claim, OutboxStore store, OutboxSender sender) : IAsyncDisposable
    {
        public static async Task<Side> OpenAsync(PostgreSqlDatabase database, string schema)
        {
            var outbox = PostgreSqlOutbox.Create(database.ConnectionString, new PostgreSqlOutboxOptions { Schema = schema, LeaseDuration = TimeSpan.FromMinutes(5) });
            OutboxStore store = await outbox.GetStoreAsync(default);
            var claim = (PostgreSqlClaim)(await outbox.TryClaimAsync(default))!;
            await database.ExecuteAsync($"ALTER TABLE {schema}.events SET (autovacuum_enabled = false)");
            return new Side(outbox, claim, store, new OutboxSender(outbox, claim));
        }

        public async Task<int> CycleAsync()
        {
            await sender.CycleAsync(1);
            return 1;
        }

        /// <summary>What a process does that takes the partition over.</summary>
        public async Task<int> FirstReadAsync(bool usesFloor)
        {
            PartitionFloor? floor = null;
            if (usesFloor)
            {
                long last = await PositionAsync();
                floor = new PartitionFloor(last, await SnapshotAsync());
            }

            var reader = new PartitionReader(store.Sql);
            await store.Database.RunAsync(
                [EventSql.Plan, reader.Read(3, floor?.Position ?? 0, floor?.Snapshot, floor?.Position ?? 0, [], 100, claim.Lease.Sender)],
                async (result, token) =>
                {
                    await result.NextResultAsync(token);
                    return await PartitionReader.ReadPageAsync(result, store.Rows, token);
                },
                default);
            return 1;
        }

        public async Task<int> PositionsAsync()
        {
            await outbox.GetPositionsAsync(default);
            return 1;
        }

        public async Task<int> StatisticsAsync()
        {
            await outbox.GetStatisticsAsync(default);
            return 1;
        }

        public ValueTask DisposeAsync() => sender.DisposeAsync();

        private ValueTask<long> PositionAsync() => QueryAsync<long>($"SELECT last_value FROM {store.Sql.Q}.events_position_seq");

        private ValueTask<string> SnapshotAsync() => QueryAsync<string>("SELECT pg_current_snapshot()::text");

        private ValueTask<T> QueryAsync<T>(string sql) => store.Database.RunAsync(
            [new Command(sql)],
            static async (reader, token) =>
            {
                await reader.ReadAsync(token);
                return reader.GetFieldValue<T>(0);
            },
            default);
    }
}
