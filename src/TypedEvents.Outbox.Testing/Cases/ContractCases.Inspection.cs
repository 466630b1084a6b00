using System.Globalization;

namespace TypedEvents.Outbox.Testing;

internal sealed partial class ContractCases
{
    public async Task Events_are_listed_page_by_page_in_the_order_of_their_positions()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await AppendAsync(outbox, [.. Enumerable.Range(0, 10).Select(i => (i % 3, i.ToString(CultureInfo.InvariantCulture)))]);
        List<string> listed = [];
        long after = 0;
        while (await outbox.ListAsync(OutboxQuery.Pending with { After = after }, 4, Cancellation) is [.., var last] page)
        {
            Assert.InRange(page.Count, 1, 4);
            Assert.True(last.Position > after, "A page begins after the position of the last one");
            listed.AddRange(page.Select(TextOf));
            after = last.Position;
        }

        Assert.Sequence(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], listed);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => outbox.ListAsync(OutboxQuery.Pending, 0, Cancellation).AsTask());
    }

    public async Task Each_property_of_a_query_narrows_it()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await AppendAsync(outbox, new TestEvent(1, "a", "sign_up"), new TestEvent(2, "b", "purchase"), new TestEvent(1, "c", "purchase"), new TestEvent(3, "d", "sign_up"));
        Clock.Advance(TimeSpan.FromMinutes(1));
        await AppendAsync(outbox, new TestEvent(1, "e", "sign_up"), new TestEvent(1, "f", "purchase"));
        await using ClaimSet claims = await TakeAsync(outbox);
        List<OutboxEvent> all = await claims.ReadAllAsync();
        await claims.RejectAsync(new DeadLetterReason(DeadLetterKind.Rejected, 40001), all[0], all[1]);
        await claims.RejectAsync(new DeadLetterReason(DeadLetterKind.Rejected, 40002), all[2]);
        await claims.RejectAsync(new DeadLetterReason(DeadLetterKind.Undeliverable), all[4]);
        OutboxQuery dead = OutboxQuery.DeadLetters;

        await AssertFindsAsync(outbox, dead, "a", "b", "c", "e");
        await AssertFindsAsync(outbox, dead with { EventName = "sign_up" }, "a", "e");
        await AssertFindsAsync(outbox, dead with { EventName = "sign" });
        await AssertFindsAsync(outbox, dead with { Kind = DeadLetterKind.Rejected }, "a", "b", "c");
        await AssertFindsAsync(outbox, dead with { Kind = DeadLetterKind.Expired });
        await AssertFindsAsync(outbox, dead with { Code = 40001 }, "a", "b");
        await AssertFindsAsync(outbox, dead with { After = all[1].Position }, "c", "e");
        await AssertFindsAsync(outbox, dead with { UpTo = all[1].Position }, "a", "b");
        await AssertFindsAsync(outbox, dead with { After = all[1].Position - 1, UpTo = all[1].Position }, "b");
        await AssertFindsAsync(outbox, dead with { AppendedBefore = Clock.GetUtcNow() }, "a", "b", "c");
        await AssertFindsAsync(outbox, dead with { AppendedBefore = Clock.GetUtcNow() - TimeSpan.FromMinutes(1) });
        await AssertFindsAsync(outbox, dead with { AppendedBefore = Clock.GetUtcNow() + TimeSpan.FromMinutes(1) }, "a", "b", "c", "e");
        await AssertFindsAsync(outbox, dead with { EventName = "purchase", Code = 40001, After = all[0].Position }, "b");

        OutboxQuery pending = OutboxQuery.Pending;
        await AssertFindsAsync(outbox, pending, "d", "f");
        await AssertFindsAsync(outbox, pending with { EventName = "purchase" }, "f");
        await AssertFindsAsync(outbox, pending with { AppendedBefore = Clock.GetUtcNow() }, "d");
        await AssertFindsAsync(outbox, pending with { Kind = DeadLetterKind.Rejected });
        await AssertFindsAsync(outbox, pending with { Code = 40001 });
    }

    public async Task A_listed_event_has_all_of_its_properties()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        EngageUser user = EngageUser.AnonymousId("visitor");
        Assert.Equal(1, await outbox.AppendAsync([BlockOf("shop", new TestEvent(6, "a", "sign_up", user))], Cancellation));
        DateTimeOffset appended = Clock.GetUtcNow();
        Clock.Advance(TimeSpan.FromHours(1));
        StoredEvent stored = Assert.Single(await outbox.ListAsync(OutboxQuery.Pending, 10, Cancellation));
        Assert.Equal(
            new StoredEvent
            {
                Position = stored.Position,
                State = StoredEventState.Pending,
                EventName = "sign_up",
                AppKey = "shop",
                User = user,
                Json = stored.Json,
                AppendedAt = appended,
            },
            stored);
        Assert.Equal((await outbox.GetPositionsAsync(Cancellation)).LastAppended, stored.Position);
        Assert.Equal("a", TextOf(stored));
    }

    public async Task A_listed_event_stays_readable_after_it_was_removed()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await AppendAsync(outbox, (1, "first"));
        StoredEvent stored = (await outbox.ListAsync(OutboxQuery.Pending, 10, Cancellation))[0];
        await using ClaimSet claims = await TakeAsync(outbox);
        await claims.DeliverAsync([.. await claims.ReadAsync(1)]);
        await AppendAsync(outbox, (1, "other"), (1, "again"));
        Assert.Equal("first", TextOf(stored));
    }

    public async Task Replayed_events_are_appended_with_the_same_bytes_and_a_new_position()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        EngageUser user = EngageUser.UserId("u");
        Assert.Equal(1, await outbox.AppendAsync([BlockOf("shop", new TestEvent(1, "a", "sign_up", user), new TestEvent(1, "b"), new TestEvent(1, "c"))], Cancellation));
        await using ClaimSet claims = await TakeAsync(outbox);
        OutboxEvent[] before = [.. await claims.ReadAsync(1)];
        await claims.RejectAsync(Rejection, before[0], before[1]);

        Assert.Equal(1, await outbox.ReplayAsync(OutboxQuery.DeadLetters with { EventName = "sign_up" }, Cancellation));

        List<OutboxEvent> after = await claims.ReadAsync(1);
        Assert.Sequence(["c", "a"], after.Select(TextOf));
        Assert.True(after[1].Position > before[2].Position);
        Assert.Equal(("sign_up", "shop", user, 1), (after[1].EventName, after[1].AppKey, after[1].User, after[1].Partition));
        Assert.Equal(after[1].Position, (await outbox.GetPositionsAsync(Cancellation)).LastAppended);
        await AssertStatisticsAsync(outbox, appended: 3, pending: 2, pendingRegistration: 1, deadLetters: 1);

        // The old event no longer exists, even if a caller still has a reference to it.
        await claims.DeliverAsync(before[0]);
        await AssertStatisticsAsync(outbox, appended: 3, pending: 2, pendingRegistration: 1, deadLetters: 1);
        await claims.DeliverAsync(after[1]);
        await AssertStatisticsAsync(outbox, appended: 3, delivered: 1, pending: 1, deadLetters: 1);
    }

    public async Task A_replayed_event_expires_like_a_new_one()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await AppendAsync(outbox, (1, "a"));
        await using ClaimSet claims = await TakeAsync(outbox);
        Clock.Advance(TimeSpan.FromHours(1));
        await claims.ExpireAsync(1, TimeSpan.FromMinutes(1));
        Assert.Equal(1, await outbox.ReplayAsync(OutboxQuery.DeadLetters, Cancellation));
        await claims.ExpireAsync(1, TimeSpan.FromMinutes(1));
        Assert.Sequence(["a"], await ReadTextAsync(claims, 1));
        Assert.Equal(Clock.GetUtcNow(), (await outbox.ListAsync(OutboxQuery.Pending, 1, Cancellation))[0].AppendedAt);
    }

    public async Task Dead_letters_are_replayed_oldest_first_while_there_is_room()
    {
        await using AuditedOutbox outbox = await CreateAsync(maxBytes: MinBytes);
        string large = new('x', 25_000);
        await using ClaimSet claims = await TakeAsync(outbox);
        for (int i = 0; i < 3; i++)
        {
            await AppendAsync(outbox, (1, i + large));
            await claims.RejectAsync(Rejection, [.. await claims.ReadAsync(1)]);
        }

        Assert.Equal(2, await outbox.ReplayAsync(OutboxQuery.DeadLetters, Cancellation));
        Assert.Sequence(["0" + large, "1" + large], await ReadTextAsync(claims, 1));
        Assert.Equal(0, await outbox.ReplayAsync(OutboxQuery.DeadLetters, Cancellation));
        await claims.DeliverAsync([.. await claims.ReadAsync(1)]);
        Assert.Equal(1, await outbox.ReplayAsync(OutboxQuery.DeadLetters, Cancellation));
        await AssertStatisticsAsync(outbox, appended: 3, delivered: 2, pending: 1);
    }

    public async Task A_replayed_event_whose_name_is_held_is_held()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await AppendAsync(outbox, new TestEvent(1, "a", "held"));
        await using ClaimSet claims = await TakeAsync(outbox);
        await claims.RejectAsync(Rejection, [.. await claims.ReadAsync(1)]);
        await claims.HoldAsync("held");
        Assert.Equal(1, await outbox.ReplayAsync(OutboxQuery.DeadLetters, Cancellation));
        Assert.Empty(await ReadTextAsync(claims, 1));
        Assert.Equal("a", TextOf(Assert.Value(await claims.ReadHeldAsync("held"))));
    }

    public async Task Many_events_can_be_replayed_and_purged_in_one_call()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await AppendAsync(outbox, [.. Enumerable.Range(0, 2500).Select(i => (i % 16, i.ToString(CultureInfo.InvariantCulture)))]);
        await using ClaimSet claims = await TakeAsync(outbox);
        List<OutboxEvent> all = await claims.ReadAllAsync();
        await claims.RejectAsync(Rejection, [.. all]);
        Assert.Equal(2500, await outbox.ReplayAsync(OutboxQuery.DeadLetters, Cancellation));
        Assert.Sequence(all.Select(TextOf), (await claims.ReadAllAsync()).Select(TextOf));
        Assert.Equal(2500, await outbox.PurgeAsync(OutboxQuery.Pending, Cancellation));
        await AssertStatisticsAsync(outbox, appended: 2500, purged: 2500);
    }

    public async Task Pending_events_cant_be_replayed()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => outbox.ReplayAsync(OutboxQuery.Pending, Cancellation).AsTask());
    }

    public async Task Purged_events_are_permanently_removed_and_counted()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await AppendAsync(
            outbox,
            new TestEvent(1, "a", "sign_up", EngageUser.UserId("u")),
            new TestEvent(1, "b"),
            new TestEvent(1, "c", "held", EngageUser.UserId("u")),
            new TestEvent(1, "d", "sign_up"));
        await using ClaimSet claims = await TakeAsync(outbox);
        OutboxEvent[] read = [.. await claims.ReadAsync(1)];
        await claims.HoldAsync("held");
        await claims.RejectAsync(Rejection, read[1], read[3]);

        Assert.Equal(1, await outbox.PurgeAsync(OutboxQuery.DeadLetters with { EventName = "sign_up" }, Cancellation));
        await AssertStatisticsAsync(outbox, appended: 4, pending: 2, pendingRegistration: 2, deadLetters: 1, purged: 1);
        Assert.Equal(2, await outbox.PurgeAsync(OutboxQuery.Pending, Cancellation));
        await AssertStatisticsAsync(outbox, appended: 4, deadLetters: 1, purged: 3);
        Assert.Equal(1, await outbox.PurgeAsync(OutboxQuery.DeadLetters, Cancellation));
        Assert.Equal(0, await outbox.PurgeAsync(OutboxQuery.DeadLetters, Cancellation));
        await AssertStatisticsAsync(outbox, appended: 4, purged: 4);

        // An event that was being sent is still delivered, and counted once.
        await claims.DeliverAsync(read);
        await AssertStatisticsAsync(outbox, appended: 4, purged: 4);
        Assert.Null((await outbox.GetPositionsAsync(Cancellation)).OldestPending);
    }

    public async Task Purging_makes_room()
    {
        await using AuditedOutbox outbox = await CreateAsync(maxBytes: MinBytes, maxDeadLetterBytes: MinBytes);
        string large = new('x', 60_000);
        await AppendAsync(outbox, (1, large));
        Assert.Equal(0, await outbox.AppendAsync([Block(new TestEvent(1, large))], Cancellation));
        Assert.Equal(1, await outbox.PurgeAsync(OutboxQuery.Pending, Cancellation));
        await AppendAsync(outbox, (1, large));
        await using ClaimSet claims = await TakeAsync(outbox);
        await claims.RejectAsync(Rejection, [.. await claims.ReadAsync(1)]);
        Assert.Equal(1, await outbox.PurgeAsync(OutboxQuery.DeadLetters, Cancellation));
        await AppendAsync(outbox, (1, large));
        await claims.RejectAsync(Rejection, [.. await claims.ReadAsync(1)]);
        await AssertStatisticsAsync(outbox, appended: 3, deadLetters: 1, purged: 2);
    }

    private async Task AssertFindsAsync(AuditedOutbox outbox, OutboxQuery query, params string[] expected)
    {
        Assert.Sequence(expected, await ListTextAsync(outbox, query));
        Assert.Equal(expected.Length, await outbox.CountAsync(query, Cancellation));
    }
}
