using Microsoft.Extensions.Time.Testing;

namespace TypedEvents.Outbox.PostgreSql.Tests;

/// <summary>Several processes on one outbox: who sends what, and what one can do whose lease is over.</summary>
public sealed class SenderTests : OutboxTests
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task Two_senders_share_the_partitions_and_one_that_stops_hands_its_own_over()
    {
        PostgreSqlOutbox first = Open();
        PostgreSqlOutbox second = Open();
        await AppendAsync(first, [.. Enumerable.Range(0, Partition.Count).Select(partition => (partition, $"event {partition}"))]);
        IOutboxClaim all = await ClaimAsync(first);
        Assert.Equal(Partition.Count, all.Partitions.Count);
        Assert.Null(await second.TryClaimAsync(Cancellation));

        // The first one gives back when it has seen the second twice, which goes on asking, as a delivery loop does.
        await Waiting.UntilAsync(async () =>
        {
            Assert.Null(await second.TryClaimAsync(Cancellation));
            return all.RecalledToken.IsCancellationRequested;
        });
        await all.DisposeAsync();
        IOutboxClaim one = await ClaimAsync(first);
        IOutboxClaim two = await ClaimAsync(second);
        Assert.Equal((8, 8), (one.Partitions.Count, two.Partitions.Count));
        Assert.Equal(Enumerable.Range(0, Partition.Count), one.Partitions.Concat(two.Partitions).Order());
        OutboxPositions positions = await first.GetPositionsAsync(Cancellation);
        OutboxEvent elsewhere = (await ReadAsync(two, two.Partitions[0])).Events[0];
        Assert.Equal(
            (await second.ListAsync(OutboxQuery.Pending, 100, Cancellation)).First(stored => two.Partitions.Contains(int.Parse(TextOf(stored)[6..], System.Globalization.CultureInfo.InvariantCulture))).Position,
            positions.OldestPendingElsewhere);

        // A graceful stop: the next poll finds the free partitions, without a heartbeat in between.
        Assert.True(await two.SettleDeliveredAsync([elsewhere], Cancellation));
        await two.DisposeAsync();
        await Waiting.UntilAsync(async () =>
        {
            await ReadAsync(one, one.Partitions[0]);
            return one.RecalledToken.IsCancellationRequested;
        });
        await one.DisposeAsync();
        IOutboxClaim again = await ClaimAsync(first);
        Assert.Equal(Partition.Count, again.Partitions.Count);
        await AssertInvariantAsync(first, appended: 16, delivered: 1, pending: 15);
    }

    [Fact]
    public async Task A_sender_whose_lease_is_over_settles_nothing_and_another_one_sends_its_events()
    {
        PostgreSqlOutbox first = Open();
        PostgreSqlOutbox second = Open();
        await AppendAsync(first, (3, "a"));
        IOutboxClaim frozen = await ClaimAsync(first);
        (_, List<OutboxEvent> read) = await ReadAsync(frozen, 3);
        await Database.ExecuteAsync("UPDATE typed_events.senders SET expires_at = clock_timestamp() - interval '1 s'");

        IOutboxClaim claim = await ClaimAsync(second);
        Assert.Equal(Partition.Count, claim.Partitions.Count);
        Assert.False(await frozen.SettleDeliveredAsync(read, Cancellation));
        Assert.True(frozen.SureFor <= TimeSpan.Zero);
        await Waiting.UntilAsync(() => Task.FromResult(frozen.LostToken.IsCancellationRequested));
        Assert.False(await frozen.SettleDeadLetterAsync(read, new DeadLetterReason(DeadLetterKind.Rejected), Cancellation));
        Assert.False(await frozen.HoldAsync("page_viewed", Cancellation));
        Assert.Empty((await ReadAsync(frozen, 3)).Events);
        await AssertInvariantAsync(second, appended: 1, delivered: 0, pending: 1);

        (_, List<OutboxEvent> again) = await ReadAsync(claim, 3);
        Assert.Equal(read[0].Position, again[0].Position);
        Assert.True(await claim.SettleDeliveredAsync(again, Cancellation));
        await AssertInvariantAsync(second, appended: 1, delivered: 1, pending: 0);
    }

    /// <summary>The server has committed the claim, and nobody serves its partitions until the process asks again.</summary>
    [Fact]
    public async Task A_claim_whose_commit_succeeded_and_whose_response_was_lost_is_adopted_by_the_next_attempt()
    {
        await AppendAsync(Open(), (3, "a"));
        await using CommitBarrier barrier = await CommitBarrier.RaiseAsync(Database, "UPDATE ON typed_events.partitions", "NEW.partition = 0");
        await using SilentProxy proxy = SilentProxy.Start(Database.Server);
        await using PostgreSqlOutbox outbox = PostgreSqlOutbox.Create(proxy.ConnectionString(Database.ConnectionString), new PostgreSqlOutboxOptions { LeaseDuration = TimeSpan.FromMinutes(2) });
        Task<IOutboxClaim?> claiming = outbox.TryClaimAsync(Cancellation).AsTask();
        await Waiting.UntilAsync(barrier.IsReachedAsync);
        proxy.Silence();
        await barrier.LiftAsync();
        await Waiting.UntilAsync(async () => await Database.QueryAsync<long>("SELECT count(*) FROM typed_events.partitions WHERE sender IS NOT NULL") == Partition.Count);
        proxy.Reset();
        proxy.Resume();
        await Assert.ThrowsAnyAsync<Npgsql.NpgsqlException>(() => claiming);

        await using IOutboxClaim claim = await ClaimAsync(outbox);
        Assert.Equal(Partition.Count, claim.Partitions.Count);
        Assert.Equal(1L, await Database.QueryAsync<long>("SELECT count(*) FROM typed_events.senders"));
        (_, List<OutboxEvent> read) = await ReadAsync(claim, 3);
        Assert.True(await claim.SettleDeliveredAsync(read, Cancellation));
        await AssertInvariantAsync(outbox, appended: 1, delivered: 1, pending: 0);
    }

    [Fact]
    public async Task A_read_finds_that_the_registration_is_gone()
    {
        PostgreSqlOutbox outbox = Open();
        await AppendAsync(outbox, (3, "a"));
        IOutboxClaim claim = await ClaimAsync(outbox);
        await Database.ExecuteAsync("TRUNCATE typed_events.senders");
        Assert.Empty((await ReadAsync(claim, 3)).Events);
        await Waiting.UntilAsync(() => Task.FromResult(claim.LostToken.IsCancellationRequested));

        IOutboxClaim next = await ClaimAsync(outbox);
        Assert.Equal(["a"], Texts((await ReadAsync(next, 3)).Events));
    }

    [Fact]
    public async Task A_lease_that_is_not_renewed_in_time_is_lost_by_the_clock_of_the_process()
    {
        PostgreSqlOutbox outbox = Open(new PostgreSqlOutboxOptions { LeaseClock = _clock });
        IOutboxClaim claim = await ClaimAsync(outbox);
        Assert.InRange(claim.SureFor, TimeSpan.FromSeconds(17), TimeSpan.FromSeconds(18));

        // A virtual machine that was suspended: the wall clock alone moves.
        _clock.AdjustTime(_clock.GetUtcNow().AddSeconds(19));
        Assert.True(claim.SureFor <= TimeSpan.Zero);
    }

    /// <summary>The fences depend on READ COMMITTED, whatever the database's default is.</summary>
    [Theory]
    [InlineData("serializable")]
    [InlineData("repeatable read")]
    public async Task The_outbox_works_in_a_database_with_another_isolation_level(string level)
    {
        string name = new Npgsql.NpgsqlConnectionStringBuilder(Database.ConnectionString).Database!;
        await Database.Server.ExecuteAsync($"ALTER DATABASE \"{name}\" SET default_transaction_isolation = '{level}'");
        Database.DataSource.Clear();
        PostgreSqlOutbox outbox = Open();
        await AppendAsync(outbox, (1, "a"), (1, "b"), (2, "c"));
        await using IOutboxClaim claim = await ClaimAsync(outbox);
        (_, List<OutboxEvent> read) = await ReadAsync(claim, 1);
        Assert.Equal(["a", "b"], Texts(read));
        (_, List<OutboxEvent> other) = await ReadAsync(claim, 2);
        Task<bool>[] settled = [claim.SettleDeliveredAsync(read, Cancellation).AsTask(), claim.SettleDeliveredAsync(other, Cancellation).AsTask()];
        Assert.All(await Task.WhenAll(settled), Assert.True);
        await AssertInvariantAsync(outbox, appended: 3, delivered: 3, pending: 0);
    }

    [Fact]
    public async Task A_seventeenth_sender_stands_by_and_takes_over_when_one_stops()
    {
        PostgreSqlOutbox first = Open();
        IOutboxClaim all = await ClaimAsync(first);
        await Database.ExecuteAsync("INSERT INTO typed_events.senders (sender, registered_at, expires_at) SELECT gen_random_uuid(), '2020-01-01', clock_timestamp() + interval '1 h' FROM generate_series(1, 16)");
        PostgreSqlOutbox last = Open();
        Assert.Null(await last.TryClaimAsync(Cancellation));
        await all.DisposeAsync();
        Assert.Null(await last.TryClaimAsync(Cancellation));

        await Database.ExecuteAsync("DELETE FROM typed_events.senders WHERE registered_at = '2020-01-01'");
        Assert.Equal(Partition.Count, (await ClaimAsync(last)).Partitions.Count);
    }

    [Fact]
    public void Every_sender_computes_the_same_even_shares()
    {
        for (int count = 1; count <= 20; count++)
        {
            Guid[] senders = [.. Enumerable.Range(0, count).Select(_ => Guid.NewGuid())];
            var view = new SenderView(true, senders, new Guid?[Partition.Count]);
            int[] shares = [.. senders.Select(view.ShareOf)];
            Assert.Equal(Partition.Count, shares.Sum());
            Assert.True(shares.Max() - shares.Min() <= 1);
        }

        Assert.Equal(0, new SenderView(true, [Guid.NewGuid()], new Guid?[Partition.Count]).ShareOf(Guid.NewGuid()));
    }

    private static string TextOf(StoredEvent stored) => System.Text.Encoding.UTF8.GetString(stored.Json.Span);
}
