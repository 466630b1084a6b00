namespace TypedEvents.Outbox.Testing;

internal sealed partial class ContractCases
{
    public async Task Events_of_a_held_name_stay_pending_and_are_not_read()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await AppendAsync(outbox, new TestEvent(1, "a", "held"), new TestEvent(1, "b"), new TestEvent(2, "c", "held"));
        await using ClaimSet claims = await TakeAsync(outbox);
        await claims.HoldAsync("held");
        await AppendAsync(outbox, new TestEvent(1, "d", "held"), new TestEvent(1, "e"));

        Assert.Sequence(["b", "e"], await ReadTextAsync(claims, 1));
        Assert.Empty(await ReadTextAsync(claims, 2));
        await AssertStatisticsAsync(outbox, appended: 5, pending: 5);
        Assert.Sequence(["a", "b", "c", "d", "e"], await ListTextAsync(outbox, OutboxQuery.Pending));
    }

    public async Task Reading_a_page_skips_held_events()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await AppendAsync(outbox, new TestEvent(1, "a", "held"), new TestEvent(1, "b"), new TestEvent(1, "c", "held"), new TestEvent(1, "d"), new TestEvent(1, "e", "held"));
        await using ClaimSet claims = await TakeAsync(outbox);
        await claims.HoldAsync("held");

        List<OutboxEvent> page = [];
        Assert.True((await claims.Of(1).ReadAsync(new OutboxReadRequest(1) { MaxEvents = 1, MaxBytes = 1000 }, page, Cancellation)).HasMore);
        Assert.False((await claims.Of(1).ReadAsync(new OutboxReadRequest(1) { After = page[^1].Position, MaxEvents = 1, MaxBytes = 1000 }, page, Cancellation)).HasMore);
        Assert.Sequence(["b", "d"], page.Select(TextOf));
    }

    public async Task Held_events_are_read_one_by_one()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await AppendAsync(outbox, new TestEvent(9, "a", "held", EngageUser.UserId("u")), new TestEvent(1, "b"), new TestEvent(2, "c", "held"));
        await using ClaimSet claims = await TakeAsync(outbox);
        Assert.Null(await claims.ReadHeldAsync("held"));
        await claims.HoldAsync("held");

        OutboxEvent first = Assert.Value(await claims.ReadHeldAsync("held"));
        Assert.Equal(("a", 9, "held", EngageUser.UserId("u")), (TextOf(first), first.Partition, first.EventName, first.User));
        OutboxEvent second = Assert.Value(await claims.ReadHeldAsync("held", first.Position));
        Assert.Equal("c", TextOf(second));
        Assert.Null(await claims.ReadHeldAsync("held", second.Position));
        Assert.Null(await claims.ReadHeldAsync("page_viewed"));
    }

    public async Task Held_events_are_settled_like_others()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await AppendAsync(outbox, new TestEvent(1, "a", "held"), new TestEvent(1, "b", "held"), new TestEvent(1, "c", "held"));
        await using ClaimSet claims = await TakeAsync(outbox);
        OutboxEvent[] read = [.. await claims.ReadAsync(1)];
        await claims.HoldAsync("held");

        await claims.DeliverAsync(read[0]);
        await claims.RejectAsync(Rejection, read[1]);

        await AssertStatisticsAsync(outbox, appended: 3, delivered: 1, pending: 1, deadLetters: 1);
        Assert.Equal("c", TextOf(Assert.Value(await claims.ReadHeldAsync("held"))));
    }

    public async Task Released_events_are_read_at_their_old_positions()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await AppendAsync(outbox, new TestEvent(1, "a", "held"), new TestEvent(1, "b"));
        await using ClaimSet claims = await TakeAsync(outbox);
        long[] positions = [.. (await claims.ReadAsync(1)).Select(read => read.Position)];
        await claims.HoldAsync("held");
        await AppendAsync(outbox, new TestEvent(1, "c", "held"));

        await claims.ReleaseAsync("held");

        List<OutboxEvent> read = await claims.ReadAsync(1);
        Assert.Sequence(["a", "b", "c"], read.Select(TextOf));
        Assert.Sequence(positions, read.Take(2).Select(item => item.Position));
        Assert.Null(await claims.ReadHeldAsync("held"));
    }

    public async Task Holding_and_releasing_are_idempotent()
    {
        await using AuditedOutbox outbox = await CreateAsync(maxBytes: MinBytes);
        await AppendAsync(outbox, new TestEvent(1, new string('a', 60_000), "held"));
        await using ClaimSet claims = await TakeAsync(outbox);
        await claims.ReleaseAsync("held");
        await claims.HoldAsync("held");
        await claims.HoldAsync("held");
        await AppendAsync(outbox, new TestEvent(1, new string('b', 60_000)));
        await claims.ReleaseAsync("held");
        await claims.ReleaseAsync("held");
        Assert.Equal(0, await outbox.AppendAsync([Block(new TestEvent(1, new string('c', 10_000)))], Cancellation));
        Assert.Equal(2, (await claims.ReadAsync(1)).Count);
    }

    public async Task The_oldest_pending_position_ignores_held_events()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await AppendAsync(outbox, new TestEvent(1, "a", "held"), new TestEvent(1, "b"));
        await using ClaimSet claims = await TakeAsync(outbox);
        List<OutboxEvent> read = await claims.ReadAsync(1);
        await claims.HoldAsync("held");
        Assert.Equal(Positions(read[1].Position, read[1].Position, read[0].Position), await outbox.GetPositionsAsync(Cancellation));

        await claims.DeliverAsync(read[1]);
        Assert.Equal(Positions(read[1].Position, null, read[0].Position), await outbox.GetPositionsAsync(Cancellation));

        await claims.ReleaseAsync("held");
        Assert.Equal(Positions(read[1].Position, read[0].Position), await outbox.GetPositionsAsync(Cancellation));
    }

    public async Task A_claim_has_the_names_that_were_on_hold_when_it_started()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await using (ClaimSet first = await TakeAsync(outbox))
        {
            Assert.Empty(first.Claims[0].HeldNames);
            await first.HoldAsync("b");
            await first.HoldAsync("a");
            await first.HoldAsync("c");
            await first.ReleaseAsync("c");
        }

        await using ClaimSet second = await TakeAsync(outbox);
        Assert.Sequence(["a", "b"], second.Claims[0].HeldNames.Order());
    }

    public async Task Held_events_do_not_count_against_the_limit_of_the_others()
    {
        await using AuditedOutbox outbox = await CreateAsync(maxBytes: MinBytes);
        await AppendAsync(outbox, new TestEvent(1, new string('a', 60_000), "held"));
        EventBlock other = Block(new TestEvent(1, new string('b', 40_000)));
        Assert.Equal(0, await outbox.AppendAsync([other], Cancellation));

        await using ClaimSet claims = await TakeAsync(outbox);
        await claims.HoldAsync("held");
        Assert.Equal(1, await outbox.AppendAsync([other], Cancellation));
        await AssertStatisticsAsync(outbox, appended: 2, pending: 2);
    }

    public async Task Over_the_limit_the_oldest_dead_letters_and_held_events_are_evicted()
    {
        await using AuditedOutbox outbox = await CreateAsync(maxDeadLetterBytes: MinBytes);
        string large = new('x', 20_000);
        await AppendAsync(outbox, new TestEvent(1, "1" + large), new TestEvent(1, "2" + large, "held", EngageUser.UserId("u")), new TestEvent(1, "3" + large), new TestEvent(2, "4" + large));
        await using ClaimSet claims = await TakeAsync(outbox);
        OutboxEvent[] one = [.. await claims.ReadAsync(1)];
        await claims.HoldAsync("held");
        await claims.RejectAsync(Rejection, one[0], one[2]);
        await AssertStatisticsAsync(outbox, appended: 4, pending: 2, pendingRegistration: 1, deadLetters: 2);

        await claims.RejectAsync(Rejection, [.. await claims.ReadAsync(2)]);
        await AssertStatisticsAsync(outbox, appended: 4, pending: 1, pendingRegistration: 1, deadLetters: 2, evicted: 1);
        Assert.Sequence(["3" + large, "4" + large], await ListTextAsync(outbox, OutboxQuery.DeadLetters));

        await AppendAsync(outbox, new TestEvent(1, "5" + large, "held"));
        await AssertStatisticsAsync(outbox, appended: 5, pending: 1, deadLetters: 2, evicted: 2);
        Assert.Sequence(["5" + large], await ListTextAsync(outbox, OutboxQuery.Pending));

        await AppendAsync(outbox, new TestEvent(1, "6" + large, "held"), new TestEvent(1, "7" + large, "held"));
        await AssertStatisticsAsync(outbox, appended: 7, pending: 3, evicted: 4);
    }

    public async Task Events_count_against_the_dead_letter_limit_as_soon_as_their_name_is_on_hold()
    {
        await using AuditedOutbox outbox = await CreateAsync(maxDeadLetterBytes: MinBytes);
        await AppendAsync(outbox, [.. Enumerable.Range(0, 10).Select(i => new TestEvent(i, i + new string('x', 20_000), "held"))]);
        await using ClaimSet claims = await TakeAsync(outbox);
        await claims.HoldAsync("held");
        await AssertStatisticsAsync(outbox, appended: 10, pending: 3, evicted: 7);
        Assert.Equal('7', TextOf(Assert.Value(await claims.ReadHeldAsync("held")))[0]);
    }
}
