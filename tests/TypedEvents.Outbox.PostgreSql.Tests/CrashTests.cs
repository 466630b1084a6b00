using Npgsql;

namespace TypedEvents.Outbox.PostgreSql.Tests;

/// <summary>Crashes of the server: they void every claim, and nothing that was appended is lost.</summary>
public sealed class CrashTests : OutboxTests
{
    private PostgreSqlServer? _server;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    protected override async Task<PostgreSqlDatabase> CreateDatabaseAsync()
    {
        _server = await PostgreSqlServer.StartAsync();
        return await _server.CreateDatabaseAsync();
    }

    [Fact]
    public async Task A_crash_voids_the_claim_and_the_floors_and_a_new_claim_has_all_events()
    {
        PostgreSqlOutbox outbox = Open();
        await AppendAsync(outbox, (1, "a"), (1, "b"), (2, "c"));
        IOutboxClaim claim = await ClaimAsync(outbox);
        (_, List<OutboxEvent> read) = await ReadAsync(claim, 1);
        Assert.True(await claim.SettleDeliveredAsync([read[0]], Cancellation));
        await ((PostgreSqlClaim)claim).StoreFloorsAsync(Cancellation);

        await _server!.RestartAsync(StopMode.Immediate);

        Assert.Equal(0L, await Database.QueryAsync<long>("SELECT (SELECT count(*) FROM typed_events.senders) + (SELECT count(*) FROM typed_events.floors)"));
        Assert.False(await claim.SettleDeliveredAsync([read[1]], Cancellation));
        IOutboxClaim next = await ClaimAsync(outbox);
        Assert.Equal(["b"], Texts((await ReadAsync(next, 1)).Events));
        Assert.Equal(["c"], Texts((await ReadAsync(next, 2)).Events));
        await AssertInvariantAsync(outbox, appended: 3, delivered: 1, pending: 2);
    }

    /// <summary>
    /// Positions and transaction ids of commits that were lost are given again, to events that nobody has read yet. What an old claim knows of
    /// them, and a floor, would pass over these events or delete them.
    /// </summary>
    [Fact]
    public async Task A_killed_backend_that_takes_asynchronous_commits_away_has_no_event_passed_over_or_deleted()
    {
        await using PostgreSqlServer server = await PostgreSqlServer.StartAsync("synchronous_commit = off", "wal_writer_delay = 10s", "autovacuum = off");
        for (int attempt = 1; ; attempt++)
        {
            await using PostgreSqlDatabase database = await server.CreateDatabaseAsync();
            await using PostgreSqlOutbox outbox = PostgreSqlOutbox.Create(database.DataSource, new PostgreSqlOutboxOptions { AllowAsynchronousCommit = true });
            await AppendAsync(outbox, (1, "first"));
            IOutboxClaim claim = await ClaimAsync(outbox);
            await server.ExecuteAsync("CHECKPOINT");
            await AppendAsync(outbox, [.. Enumerable.Range(0, 100).Select(number => (1, $"lost {number}"))]);
            (_, List<OutboxEvent> read) = await ReadAsync(claim, 1);
            Assert.Equal(101, read.Count);
            Assert.True(await claim.SettleDeliveredAsync(read[..50], Cancellation));
            await ((PostgreSqlClaim)claim).StoreFloorsAsync(Cancellation);
            await using (NpgsqlConnection victim = await database.DataSource.OpenConnectionAsync(Cancellation))
            {
                await server.KillBackendAsync(victim.ProcessID);
            }

            long left = await database.QueryAsync<long>("SELECT count(*) FROM typed_events.events");
            await AppendAsync(outbox, [.. Enumerable.Range(0, 20).Select(number => (1, $"new {number}"))]);
            bool isGivenAgain = await database.QueryAsync<bool>($"SELECT min(position) <= {read[^1].Position} FROM typed_events.events WHERE convert_from(json, 'UTF8') LIKE 'new %'");
            Assert.False(await claim.SettleDeliveredAsync(read[50..], Cancellation));
            Assert.Empty((await ReadAsync(claim, 1, read[^1].Position)).Events);
            Assert.Equal(left + 20, await database.QueryAsync<long>("SELECT count(*) FROM typed_events.events"));

            await using IOutboxClaim next = await ClaimAsync(outbox);
            (_, List<OutboxEvent> all) = await ReadAsync(next, 1);
            Assert.Equal(left + 20, all.Count);
            Assert.Equal(Enumerable.Range(0, 20).Select(number => $"new {number}"), Texts(all).TakeLast(20));
            if (isGivenAgain)
            {
                return;
            }

            // The server wrote its log just then, as it does every 10 s.
            Assert.True(attempt < 5, "No commit was lost in 5 crashes: nothing was tested.");
        }
    }

    /// <summary>A dump carries the rows of UNLOGGED tables as well: leases that are over, and floors of another server.</summary>
    [Fact]
    public async Task A_restored_dump_in_another_server_has_all_pending_events_and_gives_no_position_again()
    {
        PostgreSqlOutbox outbox = Open();
        for (int i = 0; i < 300; i++)
        {
            // The ids of this server's transactions are ahead of the other one's.
            await Database.ExecuteAsync("SELECT pg_current_xact_id()");
        }

        await AppendAsync(outbox, (1, "delivered"));
        await using NpgsqlConnection connection = await Database.DataSource.OpenConnectionAsync(Cancellation);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancellation);
        await AppendAsync(outbox, transaction, (1, "below the floor"));
        await AppendAsync(outbox, (1, "pending"), (2, "other"));
        IOutboxClaim claim = await ClaimAsync(outbox);
        (_, List<OutboxEvent> read) = await ReadAsync(claim, 1);
        Assert.True(await claim.SettleDeliveredAsync([read[0]], Cancellation));
        await ((PostgreSqlClaim)claim).StoreFloorsAsync(Cancellation);
        await transaction.CommitAsync(Cancellation);
        Assert.True(await claim.HoldAsync("held", Cancellation));

        await using PostgreSqlServer other = await PostgreSqlServer.StartAsync();
        await using PostgreSqlDatabase restored = await other.RestoreDumpAsync(Database);
        Assert.True(await restored.QueryAsync<bool>("SELECT bool_and(xact > pg_snapshot_xmax(pg_current_snapshot())) FROM typed_events.events"));
        await restored.ExecuteAsync("UPDATE typed_events.senders SET expires_at = clock_timestamp() - interval '1 s'");
        await using PostgreSqlOutbox copy = PostgreSqlOutbox.Create(restored.DataSource);
        await AppendAsync(copy, (1, "new"));
        await using IOutboxClaim next = await ClaimAsync(copy);
        Assert.Equal(["held"], next.HeldNames);
        (_, List<OutboxEvent> all) = await ReadAsync(next, 1);
        Assert.Equal(["below the floor", "pending", "new"], Texts(all));
        Assert.Equal(default, (await ReadAsync(next, 1, all[^1].Position)).Result);
        Assert.True(await next.SettleDeliveredAsync(all, Cancellation));
        await AssertInvariantAsync(copy, appended: 5, delivered: 4, pending: 1);
    }

    /// <summary>A data source of several hosts, or an old DNS entry, leads an open claim to a standby, where late events would be missed.</summary>
    [Fact]
    public async Task A_claim_whose_connections_lead_to_a_standby_reads_nothing_there_and_goes_on_at_the_primary()
    {
        await AppendAsync(Open(), (1, "a"));
        await using PostgreSqlServer standby = await _server!.StartStandbyAsync();
        await using SilentProxy proxy = SilentProxy.Start(_server!);
        await using PostgreSqlOutbox outbox = PostgreSqlOutbox.Create(proxy.ConnectionString(Database.ConnectionString), new PostgreSqlOutboxOptions { LeaseDuration = TimeSpan.FromMinutes(2) });
        await using IOutboxClaim claim = await ClaimAsync(outbox);
        (_, List<OutboxEvent> read) = await ReadAsync(claim, 1);

        proxy.LeadTo(standby);
        List<string?> states = [];
        for (int i = 0; i < 5; i++)
        {
            NpgsqlException failure = await Assert.ThrowsAnyAsync<NpgsqlException>(() => ReadAsync(claim, 1));
            states.Add(failure.SqlState);
        }

        // The broken connection of the pool first, and then the standby's own answer: each time on a new connection.
        Assert.Contains(PostgresErrorCodes.FeatureNotSupported, states);
        await Assert.ThrowsAsync<PostgresException>(async () => await claim.SettleDeliveredAsync(read, Cancellation));

        proxy.LeadTo(_server!);
        await outbox.GetPositionsAsync(Cancellation).AsTask().ContinueWith(static _ => { }, TaskScheduler.Default);
        Assert.Equal(["a"], Texts((await ReadAsync(claim, 1)).Events));
        Assert.True(await claim.SettleDeliveredAsync(read, Cancellation));
        await AssertInvariantAsync(outbox, appended: 1, delivered: 1, pending: 0);
    }

    [Fact]
    public async Task After_a_promotion_the_old_claim_settles_nothing()
    {
        PostgreSqlOutbox outbox = Open();
        await AppendAsync(outbox, (1, "a"));
        IOutboxClaim claim = await ClaimAsync(outbox);
        (_, List<OutboxEvent> read) = await ReadAsync(claim, 1);
        await using PostgreSqlServer standby = await _server!.StartStandbyAsync();
        string connection = new NpgsqlConnectionStringBuilder(standby.ConnectionString) { Database = new NpgsqlConnectionStringBuilder(Database.ConnectionString).Database }.ConnectionString;

        // A standby has no transaction ids of its own, so late events would be missed on it.
        InvalidOperationException exception = await Assert.ThrowsAsync<InvalidOperationException>(() => PostgreSqlOutbox.OpenAsync(connection, null, Cancellation));
        Assert.Contains("standby", exception.Message, StringComparison.Ordinal);

        await standby.PromoteAsync();
        await using PostgreSqlOutbox promoted = await PostgreSqlOutbox.OpenAsync(connection, null, Cancellation);
        await using IOutboxClaim next = await ClaimAsync(promoted);
        Assert.Equal(Partition.Count, next.Partitions.Count);
        Assert.Equal(read[0].Position, (await ReadAsync(next, 1)).Events[0].Position);
    }
}
