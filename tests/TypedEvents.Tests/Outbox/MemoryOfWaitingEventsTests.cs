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
            await claim.ReadAsync(new OutboxReadRequest(partition), pending, TestContext.Current.CancellationToken);
            await claim.SettleDeliveredAsync([.. pending.Where((_, i) => i % 100 != 0)], TestContext.Current.CancellationToken);
            var left = new List<OutboxEvent>();
            await claim.ReadAsync(new OutboxReadRequest(partition), left, TestContext.Current.CancellationToken);
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
        for (int i = 0; block.TryAdd(i % Partition.Count, Schema.Name, default, json, TimeProvider.System); i++)
        {
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
        for (int i = 0; buffer.TryAdd(new EncodedEvent(Schema, i % Partition.Count, default, json), isAwaited: false, out _, out _) == TrackResult.Accepted; i++)
        {
            taken += length;
        }

        Assert.InRange(Capacity / (double)taken, 1, Most);
    }

    /// <summary>A visitor's cookie may say what it likes: the id counts against the limits as the JSON does.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(256)]
    public async Task The_external_ids_of_users_count_against_the_limits(int idLength)
    {
        const int JsonLength = 150;
        const int BufferBytes = 4 * 1024 * 1024;
        await using var outbox = new MemoryOutbox();
        var buffer = new EventBuffer(BufferBytes, null, TimeProvider.System);
        byte[] json = new byte[JsonLength];
        List<BufferStripe> stripes = [];
        List<EventBlock> blocks = [];
        long tracked = 0;
        while (Add())
        {
            if (tracked % 1000 == 0)
            {
                await HandOverAsync();
            }
        }

        OutboxStatistics statistics = (await outbox.GetStatisticsAsync(TestContext.Current.CancellationToken))!;
        long users = await HeapOfUsersAsync(statistics.Appended, idLength);
        TestContext.Current.TestOutputHelper?.WriteLine($"{statistics.Appended} events with ids of {idLength} characters in {outbox.MemoryBytes} bytes of pages and {users} bytes beside them; {tracked - statistics.Appended} in {buffer.MemoryBytes} of the buffer");
        Assert.Equal(statistics.Appended, statistics.PendingRegistration);
        Assert.InRange(outbox.MemoryBytes + users, MemoryOutbox.DefaultMaxBytes / 2, MemoryOutbox.DefaultMaxBytes);
        Assert.InRange(buffer.MemoryBytes, BufferBytes / 2, BufferBytes);
        Assert.InRange((tracked - statistics.Appended) * (JsonLength + idLength), BufferBytes / 2, BufferBytes);

        bool Add()
        {
            EngageUser user = EngageUser.AnonymousId(tracked.ToString("D10", System.Globalization.CultureInfo.InvariantCulture).PadRight(idLength, 'x'));
            bool isTaken = buffer.TryAdd(new EncodedEvent(Schema, (int)(tracked % Partition.Count), user, json), isAwaited: false, out _, out _) == TrackResult.Accepted;
            tracked += isTaken ? 1 : 0;
            return isTaken;
        }

        async Task HandOverAsync()
        {
            stripes.Clear();
            blocks.Clear();
            buffer.Seal(stripes, blocks);
            int taken = await outbox.AppendAsync(blocks, TestContext.Current.CancellationToken);
            for (int i = 0; i < taken; i++)
            {
                buffer.Complete(stripes[i], blocks[i], isAppended: true);
            }
        }
    }

    [Fact]
    public void After_several_blocks_were_handed_over_callers_find_twice_as_many_without_allocating()
    {
        var buffer = new EventBuffer(16 * 1024 * 1024, null, TimeProvider.System);
        const int BlockBytes = 64 * 1024;
        byte[] json = new byte[1000];
        Fill(3);
        List<BufferStripe> stripes = [];
        List<EventBlock> blocks = [];
        buffer.Seal(stripes, blocks);
        for (int i = 0; i < blocks.Count; i++)
        {
            buffer.Complete(stripes[i], blocks[i], isAppended: true);
        }

        buffer.Prepare(blocks.Count);

        long memory = buffer.MemoryBytes;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        Fill(2 * blocks.Count);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Assert.Equal(memory, buffer.MemoryBytes);
        Assert.InRange(allocated, 0, 4096);

        void Fill(int blocks)
        {
            bool isTaken = true;
            while (isTaken && buffer.UsedBytes < blocks * BlockBytes)
            {
                isTaken = buffer.TryAdd(new EncodedEvent(Schema, 0, default, json), isAwaited: false, out _, out _) == TrackResult.Accepted;
            }

            Assert.True(isTaken);
        }
    }

    [Fact]
    public void A_buffer_that_handed_over_one_block_keeps_to_it()
    {
        var buffer = new EventBuffer(16 * 1024 * 1024, null, TimeProvider.System);
        buffer.TryAdd(new EncodedEvent(Schema, 0, default, "{}"u8), isAwaited: false, out _, out _);
        List<BufferStripe> stripes = [];
        List<EventBlock> blocks = [];
        buffer.Seal(stripes, blocks);
        buffer.Complete(stripes[0], blocks[0], isAppended: true);
        long memory = buffer.MemoryBytes;

        buffer.Prepare(handedOver: 1);

        Assert.Equal(memory, buffer.MemoryBytes);
    }

    [Fact]
    public void Blocks_that_are_kept_for_later_count_against_the_limit_of_the_buffer()
    {
        const int Capacity = 1024 * 1024;
        var buffer = new EventBuffer(Capacity, null, TimeProvider.System);
        List<BufferStripe> stripes = [];
        List<EventBlock> blocks = [];
        foreach (int length in (int[])[200, 200_000, 200])
        {
            byte[] json = new byte[length];
            for (int i = 0; buffer.TryAdd(new EncodedEvent(Schema, i % Partition.Count, default, json), isAwaited: false, out _, out _) == TrackResult.Accepted; i++)
            {
                Assert.InRange(buffer.MemoryBytes, 0, Capacity);
            }

            stripes.Clear();
            blocks.Clear();
            buffer.Seal(stripes, blocks);
            for (int i = 0; i < blocks.Count; i++)
            {
                buffer.Complete(stripes[i], blocks[i], isAppended: true);
            }
        }
    }

    [Fact]
    public void Long_ids_leave_room_for_fewer_users_that_are_known_or_asked_for()
    {
        const int MaxUsers = 100_000;
        var cache = new UserCache(MaxUsers);
        var backoff = new Backoff(new Random(1));
        var registrations = new RegistrationQueue(cache, new DeliveryPolicy(lanes: 1, RegistrationQueue.MaxIds, backoff), backoff);
        int pending = 0;
        for (; pending < MaxUsers && !registrations.HasNoRoomFor(UserOf(pending)); pending++)
        {
            registrations.Add(new OutboxEvent { Position = pending + 1, Partition = 0, EventName = Schema.Name, User = UserOf(pending), Json = default }, TimeSpan.Zero);
        }

        Assert.InRange(pending, 1_000, 10_000);
        for (int i = 0; i < 50_000; i++)
        {
            cache.Add(new RegisteredUser(UserOf(i), new Euid(i + 1), DateTimeOffset.UnixEpoch));
        }

        Assert.InRange(cache.Count * (200L + (2 * EngageUser.MaxIdentityLength)), 10_000_000, MaxUsers * 256L);

        static EngageUser UserOf(int number) => EngageUser.AnonymousId(new string('x', EngageUser.MaxIdentityLength - 6) + number.ToString("D6", System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_few_events_between_two_attempts_of_an_outbox_that_takes_nothing_fill_no_buffer()
    {
        var buffer = new EventBuffer(1024 * 1024, null, TimeProvider.System);
        List<BufferStripe> stripes = [];
        List<EventBlock> blocks = [];
        for (int attempt = 0; attempt < 2000; attempt++)
        {
            Assert.Equal(TrackResult.Accepted, buffer.TryAdd(new EncodedEvent(Schema, attempt % Partition.Count, default, Encoding.ASCII.GetBytes($"{attempt:000000}")), isAwaited: true, out Task<bool>? appended, out _));
            Assert.NotNull(appended);
            stripes.Clear();
            blocks.Clear();
            buffer.Seal(stripes, blocks);
        }

        string[] kept = [.. blocks.SelectMany(block => Enumerable.Range(0, block.Count).Select(i => Encoding.ASCII.GetString(block[i].Json.Span)))];
        Assert.Equal(Enumerable.Range(0, 2000).Select(i => $"{i:000000}"), kept.Order(StringComparer.Ordinal));
        Assert.InRange(blocks.Count, 1, 16);
        Assert.Equal(2000, buffer.GetStatistics().Buffered);
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
            buffer.TryAdd(new EncodedEvent(Schema, 0, default, "{}"u8), isAwaited: i != 0, out Task<bool>? appended, out _);
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

    /// <summary>The memory that a number of users needs beside the pages, measured on the allocations of a second outbox's bookkeeping.</summary>
    private static Task<long> HeapOfUsersAsync(long count, int idLength)
    {
        // A dictionary that grows leaves its earlier arrays behind: the last ones are what stays.
        var users = new PendingUsers();
        long before = GC.GetAllocatedBytesForCurrentThread();
        long ids = 0;
        for (long i = 0; i < count; i++)
        {
            long beforeId = GC.GetAllocatedBytesForCurrentThread();
            EngageUser user = EngageUser.AnonymousId(i.ToString("D10", System.Globalization.CultureInfo.InvariantCulture).PadRight(idLength, 'x'));
            ids += GC.GetAllocatedBytesForCurrentThread() - beforeId;
            users.Add(user);
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before - ids;
        Assert.Equal(count, users.EventCount);
        return Task.FromResult(allocated);
    }

    private static async Task DeliverAllAsync(MemoryOutbox outbox)
    {
        await using IOutboxClaim claim = (await outbox.TryClaimAsync(TestContext.Current.CancellationToken))!;
        foreach (int partition in claim.Partitions)
        {
            var pending = new List<OutboxEvent>();
            await claim.ReadAsync(new OutboxReadRequest(partition), pending, TestContext.Current.CancellationToken);
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
