using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace TypedEvents.Outbox.PostgreSql.Tests;

/// <summary>
/// Each statement that delivery depends on uses its index, whatever the planner's statistics say, and reads past none of the dead rows that a held
/// snapshot keeps VACUUM from removing. The measure is the number of pages that the server touched.
/// </summary>
public sealed partial class PlanTests : OutboxTests
{
    /// <summary>A partition's dead rows lie on about 200 pages, and as many of each index.</summary>
    private const int DeadOfPartition = 6000;

    private const int PendingOfPartition = 500;

    /// <summary>What a statement may touch that finds its rows at once: 100 events and three levels of an index.</summary>
    private const int Few = 120;

    [Theory]
    [InlineData(TableStatistics.OfAnEmptyTable)]
    [InlineData(TableStatistics.OfANearlyEmptyTable)]
    [InlineData(TableStatistics.Current)]
    public async Task Steady_delivery_touches_few_pages(TableStatistics statistics)
    {
        PostgreSqlOutbox outbox = Open();
        OutboxStore store = await outbox.GetStoreAsync(Cancellation);
        await PrepareAsync(statistics);
        await using NpgsqlConnection holder = await HoldSnapshotAsync();
        await FillAsync(statistics);
        await using IOutboxClaim claim = await ClaimAsync(outbox);
        long cursor = await Database.QueryAsync<long>("SELECT min(position) FROM typed_events.events WHERE partition = 3") - 1;
        string snapshot = await Database.QueryAsync<string>("SELECT pg_current_snapshot()::text");
        List<OutboxEvent> events = [];
        await claim.ReadAsync(new OutboxReadRequest(3) { After = cursor, MaxEvents = 100 }, events, Cancellation);
        Assert.Equal(100, events.Count);
        var reader = new PartitionReader(store.Sql);
        var settlements = new SettlementSql(store.Sql);
        Guid sender = ((PostgreSqlClaim)claim).Lease.Sender;
        var idle = new PartitionReading(3, null);
        idle.NoteEnd(long.MaxValue / 2, 0, snapshot);

        await AssertTouchesFewAsync("read", reader.Read(3, cursor, snapshot, cursor, [], 100, sender), "events_pkey", "events_xact");
        await AssertTouchesFewAsync("read at the end", reader.Read(3, events[^1].Position + PendingOfPartition * Partition.Count, snapshot, cursor, [], 100, sender), "events_pkey", "events_xact");
        await AssertTouchesFewAsync("probe", reader.Probe([idle], sender), "events_pkey", "events_xact");

        // Each row is found by the primary key: three pages of the index, the row's, and what marks it as deleted.
        await AssertTouchesFewAsync("settle", settlements.Deliver(sender, events), 25 * events.Count, "events_pkey");
        await AssertTouchesFewAsync("dead-letter", settlements.DeadLetter(sender, events[..1], new DeadLetterReason(DeadLetterKind.Rejected)), "events_pkey");
        await AssertTouchesFewAsync("expire", settlements.FindExpired(3, cursor, 100, TimeSpan.FromDays(1)), "events_pkey");
        await AssertTouchesFewAsync("free partitions", store.Senders.Table.CountFree);
    }

    /// <summary>What scans the dead rows all the same uses the index of its partition, and doesn't read the table.</summary>
    [Fact]
    public async Task A_first_read_reads_its_partition_by_the_index_and_one_at_a_floor_touches_few_pages()
    {
        PostgreSqlOutbox outbox = Open();
        OutboxStore store = await outbox.GetStoreAsync(Cancellation);
        await PrepareAsync(TableStatistics.OfAnEmptyTable);
        await using NpgsqlConnection holder = await HoldSnapshotAsync();
        await FillAsync(TableStatistics.OfAnEmptyTable);
        await using IOutboxClaim claim = await ClaimAsync(outbox);
        Guid sender = ((PostgreSqlClaim)claim).Lease.Sender;
        long floor = await Database.QueryAsync<long>("SELECT min(position) FROM typed_events.events WHERE partition = 3") - 1;
        string snapshot = await Database.QueryAsync<string>("SELECT pg_current_snapshot()::text");
        var reader = new PartitionReader(store.Sql);

        string first = await ExplainAsync(reader.Read(3, 0, null, 0, [], 100, sender));
        Assert.DoesNotContain("Seq Scan on events", first, StringComparison.Ordinal);
        Assert.InRange(PagesOf(first), 1, (DeadOfPartition * 3) + 1000);
        await AssertTouchesFewAsync("read at a floor", reader.Read(3, floor, snapshot, floor, [], 100, sender), "events_pkey", "events_xact");
    }

    public enum TableStatistics
    {
        OfAnEmptyTable,
        OfANearlyEmptyTable,
        Current,
    }

    private async Task PrepareAsync(TableStatistics statistics)
    {
        await Database.ExecuteAsync("ALTER TABLE typed_events.events SET (autovacuum_enabled = false)");
        if (statistics == TableStatistics.OfANearlyEmptyTable)
        {
            // Partition 3 isn't among the values that are known.
            await Database.ExecuteAsync("INSERT INTO typed_events.events (partition, name, json) SELECT 5, 'page_viewed', '{}' FROM generate_series(1, 11)");
        }

        await Database.ExecuteAsync("VACUUM ANALYZE typed_events.events");
    }

    /// <summary>As a backup does, or a session that is idle in a transaction.</summary>
    private async Task<NpgsqlConnection> HoldSnapshotAsync()
    {
        NpgsqlConnection holder = await Database.DataSource.OpenConnectionAsync(Cancellation);
        await using var command = new NpgsqlCommand("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM typed_events.outbox", holder);
        await command.ExecuteNonQueryAsync(Cancellation);
        return holder;
    }

    /// <summary>Rows of partition 3 and 7 that are deleted and can't be removed, and pending ones behind them.</summary>
    private async Task FillAsync(TableStatistics statistics)
    {
        const string Insert = "INSERT INTO typed_events.events (partition, name, json) SELECT CASE n % 2 WHEN 0 THEN 3 ELSE 7 END, 'page_viewed', convert_to(repeat('x', 250), 'UTF8') FROM generate_series(1, {0}) AS n";
        await Database.ExecuteAsync(string.Format(CultureInfo.InvariantCulture, Insert, 2 * DeadOfPartition));
        await Database.ExecuteAsync("DELETE FROM typed_events.events WHERE partition IN (3, 7)");
        await Database.ExecuteAsync(string.Format(CultureInfo.InvariantCulture, Insert, 2 * PendingOfPartition));
        if (statistics == TableStatistics.Current)
        {
            await Database.ExecuteAsync("ANALYZE typed_events.events");
        }
    }

    private Task AssertTouchesFewAsync(string what, Command command, params string[] indexes) => AssertTouchesFewAsync(what, command, Few, indexes);

    private async Task AssertTouchesFewAsync(string what, Command command, int most, params string[] indexes)
    {
        string plan = await ExplainAsync(command);
        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {PagesOf(plan)} pages");
        Assert.True(PagesOf(plan) <= most, $"{what} touched {PagesOf(plan)} pages:\n{plan}");
        Assert.DoesNotContain("Seq Scan on events", plan, StringComparison.Ordinal);
        Assert.All(indexes, index => Assert.Contains(index, plan, StringComparison.Ordinal));
    }

    /// <summary>The plan with which the statement ran in its batch, behind the statement that sets how to plan; what it changed is undone.</summary>
    private async Task<string> ExplainAsync(Command command)
    {
        await using NpgsqlConnection connection = await Database.DataSource.OpenConnectionAsync(Cancellation);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancellation);
        await using (var plan = new NpgsqlCommand(EventSql.Plan.Sql, connection))
        {
            await plan.ExecuteNonQueryAsync(Cancellation);
        }

        await using var explain = new NpgsqlCommand($"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF) {command.Sql}", connection);
        explain.Parameters.AddRange(command.Parameters);
        List<string> lines = [];
        await using (NpgsqlDataReader reader = await explain.ExecuteReaderAsync(Cancellation))
        {
            while (await reader.ReadAsync(Cancellation))
            {
                lines.Add(reader.GetString(0));
            }
        }

        await transaction.RollbackAsync(Cancellation);
        return string.Join('\n', lines);
    }

    /// <summary>The pages of the top node, which include those of all others.</summary>
    private static int PagesOf(string plan) =>
        Pages().Matches(plan.Split('\n').First(line => line.TrimStart().StartsWith("Buffers:", StringComparison.Ordinal))).Sum(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"(?:hit|read)=(\d+)")]
    private static partial Regex Pages();
}
