namespace TypedEvents.Outbox.Testing;

internal sealed partial class ContractCases
{
    public async Task Pending_events_are_counted_by_partition_held_ones_too()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await AppendAsync(outbox, new TestEvent(0, "a"), new TestEvent(15, "b", "held"), new TestEvent(15, "c"), new TestEvent(7, "d"));
        await using ClaimSet claims = await TakeAsync(outbox);
        await claims.HoldAsync("held");
        await claims.DeliverAsync([.. await claims.ReadAsync(7)]);

        IReadOnlyList<long> counts = Assert.NotNull(await outbox.CountPendingByPartitionAsync(Cancellation));
        Assert.Sequence([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2], counts);
    }

    public async Task The_statistics_say_since_when_the_oldest_event_is_pending_and_how_many_are_held()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        DateTimeOffset first = Clock.GetUtcNow();
        await AppendAsync(outbox, new TestEvent(3, "a"), new TestEvent(2, "b", "held"));
        Clock.Advance(TimeSpan.FromMinutes(10));
        DateTimeOffset second = Clock.GetUtcNow();
        await AppendAsync(outbox, new TestEvent(1, "c"), new TestEvent(1, "d", "held"));
        await using ClaimSet claims = await TakeAsync(outbox);
        await AssertOldestAsync(first, held: 0);

        await claims.HoldAsync("held");
        await AssertOldestAsync(first, held: 2);
        await claims.DeliverAsync([.. await claims.ReadAsync(3)]);
        await AssertOldestAsync(second, held: 2);
        await claims.DeliverAsync([.. await claims.ReadAsync(1)]);
        await AssertOldestAsync(null, held: 2);
        await claims.ReleaseAsync("held");
        await AssertOldestAsync(first, held: 0);

        async Task AssertOldestAsync(DateTimeOffset? oldest, long held)
        {
            OutboxStatistics statistics = await GetStatisticsAsync(outbox);
            Assert.Equal(held, statistics.Held);
            Assert.Equal(oldest is null, statistics.OldestPendingAt is null);
            if (oldest is { } time)
            {
                // To a tenth of a second.
                Assert.InRange(Assert.Value(statistics.OldestPendingAt), time - TimeSpan.FromMilliseconds(100), time + TimeSpan.FromMilliseconds(1));
            }
        }
    }

    public async Task What_is_pending_without_a_claim_of_this_outbox_lies_elsewhere()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await AppendAsync(outbox, new TestEvent(4, "a", "held"), new TestEvent(5, "b"));
        OutboxPositions before = await outbox.GetPositionsAsync(Cancellation);
        Assert.NotNull((object?)before.OldestPending);
        Assert.Equal(before.OldestPending, before.OldestPendingElsewhere);

        await using (ClaimSet claims = await TakeAsync(outbox))
        {
            Assert.Equal(before with { OldestPendingElsewhere = null }, await outbox.GetPositionsAsync(Cancellation));
            await claims.HoldAsync("held");
        }

        OutboxPositions after = await outbox.GetPositionsAsync(Cancellation);
        Assert.Equal(before.LastAppended, Assert.Value(after.OldestPendingElsewhere));
        Assert.Equal(after.OldestPending, after.OldestPendingElsewhere);
    }

    public async Task The_events_of_one_person_are_found_replayed_and_purged_alone()
    {
        EngageUser user = EngageUser.UserId("user-42");
        await using AuditedOutbox outbox = await CreateAsync();
        await AppendAsync(
            outbox,
            new TestEvent(1, """{"event_name":"sign_up","euid":                   ,"n":1}""", "sign_up", user),
            new TestEvent(1, """{"event_name":"sign_up","euid":                   ,"n":2}""", "sign_up", EngageUser.AnonymousId("user-42")),
            new TestEvent(1, """{"event_name":"sign_up","euid":42,"n":3}""", "sign_up"),
            new TestEvent(1, """{"event_name":"sign_up","euid":421,"n":4}""", "sign_up"),
            new TestEvent(1, """{"event_name":"page_viewed","euid":42,"n":5}"""),
            new TestEvent(1, """{"event_name":"page_viewed","euid":7,"text":"\"euid\":42,"}"""),
            new TestEvent(1, "not an event"));
        await AssertNumbersAsync(OutboxQuery.Pending with { User = user }, 1);
        await AssertNumbersAsync(OutboxQuery.Pending with { User = EngageUser.AnonymousId("user-42") }, 2);
        await AssertNumbersAsync(OutboxQuery.Pending with { User = new Euid(42) }, 3, 5);
        await AssertNumbersAsync(OutboxQuery.Pending with { User = new Euid(42), EventName = "sign_up" }, 3);
        await AssertNumbersAsync(OutboxQuery.Pending with { User = new Euid(4) });
        await AssertNumbersAsync(OutboxQuery.Pending with { User = EngageUser.UserId("42") });

        await using ClaimSet claims = await TakeAsync(outbox);
        await claims.RejectAsync(Rejection, [.. await claims.ReadAsync(1)]);
        await AssertNumbersAsync(OutboxQuery.DeadLetters with { User = new Euid(42) }, 3, 5);
        Assert.Equal(1, await outbox.ReplayAsync(OutboxQuery.DeadLetters with { User = user }, Cancellation));
        Assert.Equal(2, await outbox.PurgeAsync(OutboxQuery.DeadLetters with { User = new Euid(42) }, Cancellation));
        await AssertNumbersAsync(OutboxQuery.Pending with { User = user }, 1);
        Assert.Equal(1, await outbox.PurgeAsync(OutboxQuery.Pending with { User = user }, Cancellation));
        await AssertStatisticsAsync(outbox, appended: 7, deadLetters: 4, purged: 3);

        async Task AssertNumbersAsync(OutboxQuery query, params int[] numbers)
        {
            Assert.Sequence(numbers.Select(number => $"\"n\":{number}}}"), (await ListTextAsync(outbox, query)).Select(text => text[^6..]));
            Assert.Equal(numbers.Length, await outbox.CountAsync(query, Cancellation));
        }
    }

    public async Task A_purge_of_one_persons_last_event_forgets_their_EUID()
    {
        EngageUser user = EngageUser.UserId("user-42");
        EngageUser other = EngageUser.UserId("user-43");
        await using AuditedOutbox outbox = await CreateAsync();
        await AppendAsync(
            outbox,
            new TestEvent(1, """{"event_name":"page_viewed","euid":                   ,"n":1}""", "page_viewed", user),
            new TestEvent(1, """{"event_name":"page_viewed","euid":                   ,"n":2}""", "page_viewed", other),
            new TestEvent(1, """{"event_name":"page_viewed","euid":42,"n":3}"""));
        await outbox.SaveUsersAsync([new RegisteredUser(user, new Euid(42), Clock.GetUtcNow()), new RegisteredUser(other, new Euid(43), Clock.GetUtcNow())], Cancellation);
        IReadOnlyList<RegisteredUser> others = await outbox.FindUsersAsync([other], Cancellation);

        Assert.Equal(1, await outbox.PurgeAsync(OutboxQuery.Pending with { User = user }, Cancellation));
        Assert.Equal(1, await outbox.PurgeAsync(OutboxQuery.Pending with { User = new Euid(42) }, Cancellation));
        Assert.Empty(await outbox.FindUsersAsync([user], Cancellation));
        Assert.Sequence(others, await outbox.FindUsersAsync([other], Cancellation));
        await AssertStatisticsAsync(outbox, appended: 3, pending: 1, pendingRegistration: 1, purged: 2);
    }

    public async Task Events_that_expire_are_named_where_somebody_asks()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await AppendAsync(outbox, new TestEvent(1, "a", "sign_up", EngageUser.UserId("u")), new TestEvent(2, "other"), new TestEvent(1, "b", "held"));
        Clock.Advance(TimeSpan.FromHours(1));
        await AppendAsync(outbox, (1, "young"));
        await using ClaimSet claims = await TakeAsync(outbox);
        await claims.HoldAsync("held");

        List<OutboxEvent> expired = [];
        await claims.ExpireAsync(1, TimeSpan.FromMinutes(1), expired);
        Assert.Sequence(["a", "b"], expired.Select(TextOf).Order());
        OutboxEvent named = expired.Find(item => TextOf(item) == "a");
        Assert.Equal(("sign_up", 1, EngageUser.UserId("u")), (named.EventName, named.Partition, named.User));
        await claims.ExpireAsync(1, TimeSpan.FromMinutes(1), expired);
        Assert.Equal(2, expired.Count);
    }
}
