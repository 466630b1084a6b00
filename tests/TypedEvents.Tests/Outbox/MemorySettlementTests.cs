namespace TypedEvents.Tests;

/// <summary>Events are settled in any order: the first ones together, some in between, in several partitions, of users with external ids, on hold.</summary>
public sealed class MemorySettlementTests
{
    private const int Partitions = 3;

    [Fact]
    public async Task What_is_settled_in_any_order_is_no_longer_pending_and_takes_no_room()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        for (int seed = 0; seed < 10; seed++)
        {
            var random = new Random(seed);
            await using var outbox = new MemoryOutbox(maxBytes: 64 * 1024);
            await using IOutboxClaim claim = (await outbox.TryClaimAsync(cancellationToken))!;
            List<long> pending = [];
            long last = 0;
            long delivered = 0;
            for (int step = 0; step < 300; step++)
            {
                // Were anything that is delivered still counted, there would be no room after a few steps: all of them take some ten times the limit.
                EventBlock block = EventBlock.Create(null, Events(random));
                Assert.Equal(1, await outbox.AppendAsync([block], cancellationToken));
                for (int i = 0; i < block.Count; i++)
                {
                    pending.Add(++last);
                }

                if (random.Next(8) == 0)
                {
                    Assert.True(await claim.HoldAsync("held", cancellationToken));
                }
                else if (random.Next(4) == 0)
                {
                    Assert.True(await claim.ReleaseAsync("held", cancellationToken));
                }

                List<OutboxEvent> read = [];
                for (int partition = 0; partition < Partitions; partition++)
                {
                    await claim.ReadAsync(new OutboxReadRequest(partition), read, cancellationToken);
                }

                OutboxEvent[] settled = Choose(read, random);
                Assert.True(await claim.SettleDeliveredAsync(settled, cancellationToken));
                delivered += settled.Count(one => pending.Remove(one.Position));

                // Once more: what is gone isn't counted again.
                Assert.True(await claim.SettleDeliveredAsync(settled, cancellationToken));
                await AssertPendingAsync();
                if (pending.Count > 60)
                {
                    Assert.True(await claim.ReleaseAsync("held", cancellationToken));
                    await SettleAllAsync();
                }
            }

            await claim.ReleaseAsync("held", cancellationToken);
            await SettleAllAsync();
            Assert.Empty(pending);

            // Only where not a byte is counted any more, there is room for an event above the limit.
            EventBlock large = EventBlock.Create(null, [new BufferedEvent { Partition = 0, EventName = "page_viewed", Json = new byte[100 * 1024] }]);
            Assert.Equal(1, await outbox.AppendAsync([large], cancellationToken));

            async Task SettleAllAsync()
            {
                List<OutboxEvent> all = [];
                for (int partition = 0; partition < Partitions; partition++)
                {
                    await claim.ReadAsync(new OutboxReadRequest(partition), all, cancellationToken);
                }

                Assert.Equal(pending, all.Select(one => one.Position).Order());
                Assert.True(await claim.SettleDeliveredAsync(all, cancellationToken));
                delivered += all.Count;
                pending.Clear();
                await AssertPendingAsync();
            }

            async Task AssertPendingAsync()
            {
                OutboxStatistics statistics = (await outbox.GetStatisticsAsync(cancellationToken))!;
                Assert.Equal(pending.Count, statistics.Pending);
                Assert.Equal(delivered, statistics.Delivered);
                Assert.Equal(last, statistics.Appended);
                Assert.Equal(statistics.Appended, statistics.Delivered + statistics.Pending + statistics.DeadLetters + statistics.Discarded.Total);
                IReadOnlyList<StoredEvent> stored = await outbox.ListAsync(OutboxQuery.Pending, int.MaxValue, cancellationToken);
                Assert.Equal(pending, stored.Select(one => one.Position));
            }
        }
    }

    private static BufferedEvent[] Events(Random random)
    {
        var events = new BufferedEvent[random.Next(1, 20)];
        for (int i = 0; i < events.Length; i++)
        {
            byte[] json = new byte[random.Next(2, 400)];
            events[i] = new BufferedEvent
            {
                Partition = random.Next(Partitions),
                EventName = random.Next(6) == 0 ? "held" : "page_viewed",
                User = random.Next(10) == 0 ? EngageUser.UserId($"user-{random.Next(5)}") : default,
                Json = json,
            };
        }

        return events;
    }

    /// <summary>The first ones, all, every second one, or all in reverse order.</summary>
    private static OutboxEvent[] Choose(List<OutboxEvent> read, Random random) => random.Next(4) switch
    {
        0 => [.. read.Take(random.Next(read.Count + 1))],
        1 => [.. read],
        2 => [.. read.Where((_, i) => i % 2 == 0)],
        _ => [.. read.AsEnumerable().Reverse()],
    };
}
