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

        // The first one gives back when it has seen the second twice.
        await UntilRecalledAsync(all);
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
        await UntilAsync(async () =>
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
        await UntilAsync(() => Task.FromResult(frozen.LostToken.IsCancellationRequested));
        Assert.False(await frozen.SettleDeadLetterAsync(read, new DeadLetterReason(DeadLetterKind.Rejected), Cancellation));
        Assert.False(await frozen.HoldAsync("page_viewed", Cancellation));
        Assert.Empty((await ReadAsync(frozen, 3)).Events);
        await AssertInvariantAsync(second, appended: 1, delivered: 0, pending: 1);

        (_, List<OutboxEvent> again) = await ReadAsync(claim, 3);
        Assert.Equal(read[0].Position, again[0].Position);
        Assert.True(await claim.SettleDeliveredAsync(again, Cancellation));
        await AssertInvariantAsync(second, appended: 1, delivered: 1, pending: 0);
    }

    [Fact]
    public async Task A_read_finds_that_the_registration_is_gone()
    {
        PostgreSqlOutbox outbox = Open();
        await AppendAsync(outbox, (3, "a"));
        IOutboxClaim claim = await ClaimAsync(outbox);
        await Database.ExecuteAsync("TRUNCATE typed_events.senders");
        Assert.Empty((await ReadAsync(claim, 3)).Events);
        await UntilAsync(() => Task.FromResult(claim.LostToken.IsCancellationRequested));

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

    /// <summary>The outbox's heartbeats are the system's here: the test waits for two of them.</summary>
    private static Task UntilRecalledAsync(IOutboxClaim claim) => UntilAsync(() => Task.FromResult(claim.RecalledToken.IsCancellationRequested));

    private static async Task UntilAsync(Func<Task<bool>> isReached)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (!await isReached())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(2), "It wasn't reached within 2 minutes.");
            await Task.Delay(20, Cancellation);
        }
    }

    private static string TextOf(StoredEvent stored) => System.Text.Encoding.UTF8.GetString(stored.Json.Span);
}
