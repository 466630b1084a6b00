using System.Text;

namespace TypedEvents.Tests;

/// <summary>What every outbox promises, whatever it keeps its events in.</summary>
public abstract class OutboxContractTests
{
    private protected abstract IEventOutbox Create();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_are_read_in_the_order_of_appending_within_their_partition()
    {
        await using IEventOutbox outbox = Create();
        await AppendAsync(outbox, (1, "a"), (2, "b"), (1, "c"));
        await AppendAsync(outbox, (1, "d"));
        await using IOutboxClaim claim = await ClaimAsync(outbox);

        Assert.Equal(["a", "c", "d"], Text(await ReadAsync(claim, 1)));
        Assert.Equal(["b"], Text(await ReadAsync(claim, 2)));
        Assert.Empty(await ReadAsync(claim, 3));
    }

    [Fact]
    public async Task Reading_goes_on_after_a_position_and_says_whether_there_is_more()
    {
        await using IEventOutbox outbox = Create();
        await AppendAsync(outbox, (1, "a"), (1, "b"), (1, "c"));
        await using IOutboxClaim claim = await ClaimAsync(outbox);

        List<OutboxEvent> first = [];
        Assert.True(await claim.ReadAsync(1, 0, maxEvents: 2, maxBytes: 1000, first, Cancellation));
        Assert.Equal(["a", "b"], Text(first));

        List<OutboxEvent> rest = [];
        Assert.False(await claim.ReadAsync(1, first[^1].Position, maxEvents: 2, maxBytes: 1000, rest, Cancellation));
        Assert.Equal(["c"], Text(rest));
    }

    [Fact]
    public async Task Reading_keeps_to_the_limit_of_bytes_but_for_the_first_event()
    {
        await using IEventOutbox outbox = Create();
        await AppendAsync(outbox, (1, "aaaaaaaaaa"), (1, "bb"));
        await using IOutboxClaim claim = await ClaimAsync(outbox);

        List<OutboxEvent> read = [];
        Assert.True(await claim.ReadAsync(1, 0, maxEvents: 10, maxBytes: 5, read, Cancellation));
        Assert.Equal(["aaaaaaaaaa"], Text(read));
    }

    [Fact]
    public async Task A_settled_event_is_gone_and_counted_once()
    {
        await using IEventOutbox outbox = Create();
        await AppendAsync(outbox, (1, "a"), (1, "b"), (4, "c"));
        await using IOutboxClaim claim = await ClaimAsync(outbox);
        List<OutboxEvent> settled = [(await ReadAsync(claim, 1))[1]];

        Assert.True(await claim.SettleDeliveredAsync(settled, Cancellation));
        Assert.True(await claim.SettleDeliveredAsync(settled, Cancellation));

        Assert.Equal(["a"], Text(await ReadAsync(claim, 1)));
        await AssertAccountAsync(outbox, appended: 3, delivered: 1, pending: 2);
    }

    [Fact]
    public async Task Positions_tell_how_far_the_outbox_is()
    {
        await using IEventOutbox outbox = Create();
        Assert.Equal(new OutboxPositions(0, null), await outbox.GetPositionsAsync(Cancellation));

        await AppendAsync(outbox, (1, "a"), (2, "b"), (1, "c"));
        await using IOutboxClaim claim = await ClaimAsync(outbox);
        List<OutboxEvent> one = await ReadAsync(claim, 1);
        List<OutboxEvent> two = await ReadAsync(claim, 2);
        Assert.Equal(one[0].Position, (await outbox.GetPositionsAsync(Cancellation)).OldestPending);

        await claim.SettleDeliveredAsync([one[0]], Cancellation);
        Assert.Equal(new OutboxPositions(one[1].Position, two[0].Position), await outbox.GetPositionsAsync(Cancellation));

        await claim.SettleDeliveredAsync([one[1], two[0]], Cancellation);
        Assert.Equal(new OutboxPositions(one[1].Position, null), await outbox.GetPositionsAsync(Cancellation));
    }

    [Fact]
    public async Task Only_one_claim_exists_at_a_time()
    {
        await using IEventOutbox outbox = Create();
        IOutboxClaim first = await ClaimAsync(outbox);
        Assert.Null(await outbox.TryClaimAsync(Cancellation));
        await first.DisposeAsync();
        await using IOutboxClaim second = await ClaimAsync(outbox);
        Assert.Equal(Enumerable.Range(0, Partition.Count), second.Partitions);
    }

    [Fact]
    public async Task A_claim_that_was_given_back_settles_nothing()
    {
        await using IEventOutbox outbox = Create();
        await AppendAsync(outbox, (1, "a"));
        IOutboxClaim claim = await ClaimAsync(outbox);
        List<OutboxEvent> read = await ReadAsync(claim, 1);
        await claim.DisposeAsync();

        Assert.False(await claim.SettleDeliveredAsync(read, Cancellation));
        await AssertAccountAsync(outbox, appended: 1, delivered: 0, pending: 1);
    }

    [Fact]
    public async Task Events_survive_any_mix_of_appending_and_settling()
    {
        var random = new Random(20261123);
        await using IEventOutbox outbox = Create();
        await using IOutboxClaim claim = await ClaimAsync(outbox);
        Dictionary<int, List<string>> expected = Enumerable.Range(0, Partition.Count).ToDictionary(partition => partition, _ => new List<string>());
        int appended = 0;
        int delivered = 0;
        for (int round = 0; round < 300; round++)
        {
            (int Partition, string Json)[] events =
            [
                .. Enumerable.Range(0, random.Next(1, 20)).Select(_ => (random.Next(Partition.Count), new string('e', random.Next(1, 3000)) + appended++)),
            ];
            await AppendAsync(outbox, events);
            foreach ((int partition, string json) in events)
            {
                expected[partition].Add(json);
            }

            int chosen = random.Next(Partition.Count);
            List<OutboxEvent> settled = [.. (await ReadAsync(claim, chosen)).Where(_ => random.Next(3) > 0)];
            await claim.SettleDeliveredAsync(settled, Cancellation);
            expected[chosen] = [.. expected[chosen].Except(Text(settled))];
            delivered += settled.Count;
        }

        foreach ((int partition, List<string> texts) in expected)
        {
            Assert.Equal(texts, Text(await ReadAsync(claim, partition)));
        }

        await AssertAccountAsync(outbox, appended, delivered, appended - delivered);
    }

    private protected static async Task AppendAsync(IEventOutbox outbox, params (int Partition, string Json)[] events) =>
        Assert.Equal(1, await outbox.AppendAsync([Block(events)], Cancellation));

    private protected static EventBlock Block(params (int Partition, string Json)[] events)
    {
        var block = new EventBlock(events.Sum(item => item.Json.Length), appKey: null);
        foreach ((int partition, string json) in events)
        {
            block.Add(partition, PageViewedSchema, default, Encoding.UTF8.GetBytes(json), TimeProvider.System);
        }

        return block;
    }

    private protected static async Task AssertAccountAsync(IEventOutbox outbox, long appended, long delivered, long pending) =>
        Assert.Equal(
            new OutboxAccount { Appended = appended, Delivered = delivered, Pending = pending },
            await outbox.GetAccountAsync(Cancellation));

    private static EventSchema PageViewedSchema { get; } = new("page_viewed");

    private static async Task<IOutboxClaim> ClaimAsync(IEventOutbox outbox)
    {
        IOutboxClaim? claim = await outbox.TryClaimAsync(Cancellation);
        Assert.NotNull(claim);
        return claim;
    }

    private static async Task<List<OutboxEvent>> ReadAsync(IOutboxClaim claim, int partition)
    {
        List<OutboxEvent> events = [];
        await claim.ReadAsync(partition, 0, int.MaxValue, int.MaxValue, events, Cancellation);
        Assert.All(events, read => Assert.Equal("page_viewed", read.EventName));
        return events;
    }

    private static IEnumerable<string> Text(IEnumerable<OutboxEvent> events) =>
        events.Select(item => Encoding.UTF8.GetString(item.Json.Span));
}
