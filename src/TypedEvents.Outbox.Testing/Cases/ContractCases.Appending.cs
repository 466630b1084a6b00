using System.Runtime.InteropServices;

namespace TypedEvents.Outbox.Testing;

internal sealed partial class ContractCases
{
    public async Task Events_are_read_in_the_order_of_appending_within_their_partition()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await AppendAsync(outbox, (1, "a"), (2, "b"), (1, "c"));
        await AppendAsync(outbox, (1, "d"));
        await using ClaimSet claims = await TakeAsync(outbox);

        Assert.Sequence(["a", "c", "d"], await ReadTextAsync(claims, 1));
        Assert.Sequence(["b"], await ReadTextAsync(claims, 2));
        Assert.Empty(await ReadTextAsync(claims, 3));
    }

    public async Task Several_blocks_are_appended_atomically_in_order()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        Assert.Equal(3, await outbox.AppendAsync([Block(new(5, "a"), new(5, "b")), Block(new TestEvent(5, "c")), Block(new TestEvent(5, "d"))], Cancellation));
        await using ClaimSet claims = await TakeAsync(outbox);

        List<OutboxEvent> read = await claims.ReadAsync(5);
        Assert.Sequence(["a", "b", "c", "d"], read.Select(TextOf));
        Assert.Sequence(read.Select(item => item.Position).Order().Distinct(), read.Select(item => item.Position));
        await AssertStatisticsAsync(outbox, appended: 4, pending: 4);
    }

    public async Task Appending_no_blocks_changes_nothing()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        Assert.Equal(0, await outbox.AppendAsync([], Cancellation));
        await AssertStatisticsAsync(outbox, appended: 0);
    }

    public async Task Blocks_are_appended_while_there_is_room_and_the_rest_later()
    {
        await using AuditedOutbox outbox = await CreateAsync(maxBytes: MinBytes);
        string large = new('x', 30_000);
        EventBlock[] blocks = [Block(new TestEvent(1, large + 1)), Block(new TestEvent(1, large + 2)), Block(new TestEvent(1, large + 3))];

        Assert.Equal(2, await outbox.AppendAsync(blocks, Cancellation));
        Assert.Equal(0, await outbox.AppendAsync(blocks[2..], Cancellation));
        await AssertStatisticsAsync(outbox, appended: 2, pending: 2);

        await using ClaimSet claims = await TakeAsync(outbox);
        await claims.DeliverAsync((await claims.ReadAsync(1))[0]);
        Assert.Equal(1, await outbox.AppendAsync(blocks[2..], Cancellation));
        Assert.Sequence([large + 2, large + 3], await ReadTextAsync(claims, 1));
        await AssertStatisticsAsync(outbox, appended: 3, delivered: 1, pending: 2);
    }

    public async Task An_empty_outbox_accepts_one_block_of_any_size()
    {
        await using AuditedOutbox outbox = await CreateAsync(maxBytes: MinBytes);
        string huge = new('x', 100_000);
        Assert.Equal(1, await outbox.AppendAsync([Block(new TestEvent(1, huge)), Block(new TestEvent(1, "b"))], Cancellation));
        Assert.Equal(0, await outbox.AppendAsync([Block(new TestEvent(1, "b"))], Cancellation));
        await AssertStatisticsAsync(outbox, appended: 1, pending: 1);
    }

    public async Task The_app_key_of_an_event_is_saved()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        Assert.Equal(3, await outbox.AppendAsync([BlockOf(null, new TestEvent(1, "a")), BlockOf("shop", new TestEvent(1, "b")), BlockOf("blog", new TestEvent(1, "c"))], Cancellation));
        await using ClaimSet claims = await TakeAsync(outbox);

        Assert.Sequence([null, "shop", "blog"], (await claims.ReadAsync(1)).Select(read => read.AppKey));
        Assert.Sequence([null, "shop", "blog"], (await outbox.ListAsync(OutboxQuery.Pending, 10, Cancellation)).Select(stored => stored.AppKey));
    }

    public async Task The_external_id_of_a_user_is_saved_and_counted_while_the_event_is_pending()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        EngageUser[] users = [EngageUser.UserId("user-42"), default, EngageUser.AnonymousId("åäö 日本"), EngageUser.RegistrationId("r")];
        await AppendAsync(outbox, [.. users.Select((user, index) => new TestEvent(1, $"e{index}", User: user))]);
        await AssertStatisticsAsync(outbox, appended: 4, pending: 4, pendingRegistration: 3);
        Assert.Sequence(users, (await outbox.ListAsync(OutboxQuery.Pending, 10, Cancellation)).Select(stored => stored.User));

        await using ClaimSet claims = await TakeAsync(outbox);
        List<OutboxEvent> read = await claims.ReadAsync(1);
        Assert.Sequence(users, read.Select(item => item.User));

        await claims.DeliverAsync(read[0]);
        await AssertStatisticsAsync(outbox, appended: 4, delivered: 1, pending: 3, pendingRegistration: 2);
        await claims.RejectAsync(new DeadLetterReason(DeadLetterKind.UserUnknown), read[2]);
        await AssertStatisticsAsync(outbox, appended: 4, delivered: 1, pending: 2, pendingRegistration: 1, deadLetters: 1);
        Assert.Equal(users[2], (await outbox.ListAsync(OutboxQuery.DeadLetters, 10, Cancellation))[0].User);
    }

    public async Task The_outbox_copies_appended_blocks()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        EventBlock block = Block(new TestEvent(1, "first"));
        Assert.Equal(1, await outbox.AppendAsync([block], Cancellation));

        // The tracker uses the memory of a block again as soon as the append has ended.
        Assert.True(MemoryMarshal.TryGetArray(block[0].Json, out ArraySegment<byte> memory));
        memory.AsSpan().Fill((byte)'x');

        await using ClaimSet claims = await TakeAsync(outbox);
        Assert.Sequence(["first"], await ReadTextAsync(claims, 1));
    }

    public async Task Any_bytes_are_read_back_unchanged()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        var random = new Random(1);
        byte[] bytes = new byte[5000];
        random.NextBytes(bytes);
        var block = EventBlock.Create(null, [new BufferedEvent { Partition = 1, EventName = "page_viewed", Json = bytes }]);
        Assert.Equal(1, await outbox.AppendAsync([block], Cancellation));

        await using ClaimSet claims = await TakeAsync(outbox);
        Assert.Sequence(bytes, (await claims.ReadAsync(1))[0].Json.ToArray());
        Assert.Sequence(bytes, (await outbox.ListAsync(OutboxQuery.Pending, 1, Cancellation))[0].Json.ToArray());
    }

    public async Task A_cancelled_append_adds_no_events()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(
            async () => await outbox.AppendAsync([Block(new TestEvent(1, "a"))], new CancellationToken(canceled: true)));
        await AssertStatisticsAsync(outbox, appended: 0);
        await AppendAsync(outbox, (1, "b"));
        await AssertStatisticsAsync(outbox, appended: 1, pending: 1);
    }

    public async Task Positions_tell_the_first_pending_and_the_last_appended_event()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        Assert.Equal(Positions(0, null), await outbox.GetPositionsAsync(Cancellation));

        await AppendAsync(outbox, (1, "a"), (2, "b"), (1, "c"));
        await using ClaimSet claims = await TakeAsync(outbox);
        List<OutboxEvent> one = await claims.ReadAsync(1);
        List<OutboxEvent> two = await claims.ReadAsync(2);
        Assert.Equal(Positions(one[1].Position, one[0].Position), await outbox.GetPositionsAsync(Cancellation));

        await claims.DeliverAsync(one[0]);
        Assert.Equal(Positions(one[1].Position, two[0].Position), await outbox.GetPositionsAsync(Cancellation));

        await claims.DeliverAsync(one[1], two[0]);
        Assert.Equal(Positions(one[1].Position, null), await outbox.GetPositionsAsync(Cancellation));
    }

    public async Task Saved_users_are_found()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        var kept = new RegisteredUser(EngageUser.UserId("user-42"), new Euid(10000091198), Clock.GetUtcNow());
        await outbox.SaveUsersAsync([kept], Cancellation);

        EngageUser[] asked = [EngageUser.UserId("user-42"), EngageUser.AnonymousId("user-42"), EngageUser.UserId("user-43")];
        foreach (RegisteredUser found in await outbox.FindUsersAsync(asked, Cancellation))
        {
            Assert.Equal(kept, found);
        }
    }

    public async Task The_final_statistics_account_for_every_event()
    {
        AuditedOutbox outbox = await CreateAsync();
        await AppendAsync(outbox, (1, "a"), (2, "b"), (3, "c"));
        await using (ClaimSet claims = await TakeAsync(outbox))
        {
            await claims.DeliverAsync(await claims.ReadAsync(1) is [var first] ? first : default);
            await claims.RejectAsync(Rejection, [.. await claims.ReadAsync(2)]);
        }

        OutboxStatistics last = Assert.NotNull(await outbox.CloseAsync());
        Assert.Equal(3, last.Appended);
        Assert.Equal(1, last.Delivered);
        Assert.Equal(last.Appended, last.Delivered + last.Pending + last.DeadLetters + last.Discarded.Total);
        Assert.Equal(outbox.IsDurable ? 1 : 0, last.Pending);
        Assert.Equal(outbox.IsDurable ? 0 : 1, last.Discarded.LeftOver);
        Assert.Equal(last, await outbox.CloseAsync());
        await outbox.DisposeAsync();
        Assert.Equal(last, await outbox.GetStatisticsAsync(Cancellation));
    }
}
