using System.Text;

namespace TypedEvents.Tests;

/// <summary>What waits takes little more memory than its JSON.</summary>
public sealed class MemoryOfWaitingEventsTests
{
    private const double Most = 1.1;

    private static readonly EventSchema Schema = new("page_viewed");

    [Theory]
    [InlineData(140)]
    [InlineData(200)]
    [InlineData(500)]
    [InlineData(1_900)]
    [InlineData(2_100)]
    [InlineData(9 * 1024)]
    [InlineData(15 * 1024)]
    [InlineData(17 * 1024)]
    [InlineData(32 * 1024)]
    public async Task In_the_memory_outbox(int length)
    {
        await using var outbox = new MemoryOutbox();
        Assert.InRange(await RatioAsync(outbox, _ => length), 1, Most);
    }

    [Fact]
    public async Task In_the_memory_outbox_where_small_and_large_ones_take_turns()
    {
        await using var outbox = new MemoryOutbox();
        Assert.InRange(await RatioAsync(outbox, i => i % 2 == 0 ? 200 : 30 * 1024), 1, Most);
    }

    [Fact]
    public async Task In_the_memory_outbox_where_one_of_many_stays_behind()
    {
        await using var outbox = new MemoryOutbox();
        await RatioAsync(outbox, _ => 200);
        await using IOutboxClaim claim = (await outbox.TryClaimAsync(TestContext.Current.CancellationToken))!;
        foreach (int partition in claim.Partitions)
        {
            var pending = new List<OutboxEvent>();
            await claim.ReadAsync(partition, 0, int.MaxValue, int.MaxValue, pending, TestContext.Current.CancellationToken);
            await claim.SettleDeliveredAsync([.. pending.Where((_, i) => i % 100 != 0)], TestContext.Current.CancellationToken);
            var left = new List<OutboxEvent>();
            await claim.ReadAsync(partition, 0, int.MaxValue, int.MaxValue, left, TestContext.Current.CancellationToken);
            Assert.Equal(pending.Where((_, i) => i % 100 == 0).Select(one => (one.Position, Encoding.UTF8.GetString(one.Json.Span))), left.Select(one => (one.Position, Encoding.UTF8.GetString(one.Json.Span))));
        }

        Assert.InRange(outbox.MemoryBytes, 0, MemoryOutbox.DefaultMaxBytes / 4);
    }

    [Fact]
    public async Task Once_all_is_delivered_a_quarter_is_kept_for_the_next_events()
    {
        await using var outbox = new MemoryOutbox();
        await RatioAsync(outbox, _ => 200);
        await DeliverAllAsync(outbox);
        long kept = outbox.MemoryBytes;
        Assert.InRange(kept, MemoryOutbox.DefaultMaxBytes / 5, MemoryOutbox.DefaultMaxBytes / 3);

        // These find room in it.
        var block = new EventBlock((int)kept / 3, null);
        byte[] json = new byte[200];
        for (int i = 0; block.HasRoomFor(json.Length); i++)
        {
            block.Add(i % Partition.Count, Schema, default, json, TimeProvider.System);
        }

        Assert.Equal(1, await outbox.AppendAsync([block], TestContext.Current.CancellationToken));
        Assert.Equal(kept, outbox.MemoryBytes);
        await DeliverAllAsync(outbox);
        Assert.Equal(kept, outbox.MemoryBytes);
    }

    [Theory]
    [InlineData(140)]
    [InlineData(200)]
    [InlineData(1_000)]
    public void In_the_buffer(int length)
    {
        const int Capacity = 4 * 1024 * 1024;
        var buffer = new EventBuffer(Capacity, null, TimeProvider.System);
        byte[] json = new byte[length];
        long taken = 0;
        for (int i = 0; buffer.TryAdd(i % Partition.Count, Schema, default, json, isWaiting: false, out _, out _) == TrackResult.Accepted; i++)
        {
            taken += length;
        }

        Assert.InRange(Capacity / (double)taken, 1, Most);
    }

    [Fact]
    public void A_few_events_between_two_attempts_of_an_outbox_that_takes_nothing_fill_no_buffer()
    {
        var buffer = new EventBuffer(1024 * 1024, null, TimeProvider.System);
        List<BufferStripe> stripes = [];
        List<EventBlock> blocks = [];
        for (int attempt = 0; attempt < 2000; attempt++)
        {
            Assert.Equal(TrackResult.Accepted, buffer.TryAdd(attempt % Partition.Count, Schema, default, Encoding.ASCII.GetBytes($"{attempt:000000}"), isWaiting: true, out Task<bool>? appended, out _));
            Assert.NotNull(appended);
            stripes.Clear();
            blocks.Clear();
            buffer.Seal(stripes, blocks);
        }

        string[] kept = [.. blocks.SelectMany(block => Enumerable.Range(0, block.Count).Select(i => Encoding.ASCII.GetString(block[i].Json.Span)))];
        Assert.Equal(Enumerable.Range(0, 2000).Select(i => $"{i:000000}"), kept.Order(StringComparer.Ordinal));
        Assert.InRange(blocks.Count, 1, 16);
        Assert.Equal(2000, buffer.GetAccount().Buffered);
    }

    [Fact]
    public async Task Who_waits_for_an_event_that_moved_to_another_block_is_told()
    {
        var buffer = new EventBuffer(1024 * 1024, null, TimeProvider.System);
        List<Task<bool>> waiting = [];
        List<BufferStripe> stripes = [];
        List<EventBlock> blocks = [];
        for (int i = 0; i < 5; i++)
        {
            buffer.TryAdd(0, Schema, default, "{}"u8, isWaiting: i != 0, out Task<bool>? appended, out _);
            waiting.AddRange(appended is null ? [] : [appended]);
            stripes.Clear();
            blocks.Clear();
            buffer.Seal(stripes, blocks);
        }

        Assert.Equal(5, Assert.Single(blocks).Count);
        Assert.All(waiting, task => Assert.False(task.IsCompleted));
        buffer.Complete(stripes[0], blocks[0], isAppended: true);
        Assert.All(await Task.WhenAll(waiting).WaitAsync(TestContext.Current.CancellationToken), Assert.True);
    }

    private static async Task DeliverAllAsync(MemoryOutbox outbox)
    {
        await using IOutboxClaim claim = (await outbox.TryClaimAsync(TestContext.Current.CancellationToken))!;
        foreach (int partition in claim.Partitions)
        {
            var pending = new List<OutboxEvent>();
            await claim.ReadAsync(partition, 0, int.MaxValue, int.MaxValue, pending, TestContext.Current.CancellationToken);
            await claim.SettleDeliveredAsync(pending, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Fills an outbox, and says how many bytes it takes for one byte of JSON.</summary>
    private static async Task<double> RatioAsync(MemoryOutbox outbox, Func<int, int> lengthOf)
    {
        long json = 0;
        for (int i = 0; ; i++)
        {
            int length = lengthOf(i);
            var block = new EventBlock(length + EventPage.OverheadBytes, null);
            block.Add(i * 7 % Partition.Count, Schema, default, new byte[length], TimeProvider.System);
            if (await outbox.AppendAsync([block], TestContext.Current.CancellationToken) == 0)
            {
                return outbox.MemoryBytes / (double)json;
            }

            json += length;
        }
    }
}
