using System.Globalization;

namespace TypedEvents.Outbox.Testing;

internal sealed partial class ContractCases
{
    public async Task A_partition_has_one_claim_at_a_time()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await using (ClaimSet first = await TakeAsync(outbox))
        {
            Assert.Null(await outbox.TryClaimAsync(Cancellation));
            foreach (IOutboxClaim claim in first.Claims)
            {
                Assert.False(claim.LostToken.IsCancellationRequested);
                Assert.False(claim.RecalledToken.IsCancellationRequested);
                Assert.True(claim.SureFor > TimeSpan.Zero);
            }
        }

        await using ClaimSet second = await TakeAsync(outbox);
    }

    public async Task A_claim_can_be_released_twice()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        ClaimSet first = await TakeAsync(outbox);
        await first.DisposeAsync();
        await using ClaimSet second = await TakeAsync(outbox);
        await first.DisposeAsync();
        Assert.Null(await outbox.TryClaimAsync(Cancellation));
    }

    public async Task A_released_claim_changes_nothing()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await AppendAsync(outbox, new TestEvent(1, "a", "held"), new TestEvent(1, "b"));
        ClaimSet claims = await TakeAsync(outbox);
        await claims.HoldAsync("held");
        List<OutboxEvent> read = await claims.ReadAsync(1);
        IOutboxClaim claim = claims.Of(1);
        await claims.DisposeAsync();
        Clock.Advance(TimeSpan.FromDays(1));

        Assert.False(await claim.SettleDeliveredAsync(read, Cancellation));
        Assert.False(await claim.SettleDeadLetterAsync(read, Rejection, Cancellation));
        Assert.False(await claim.HoldAsync("page_viewed", Cancellation));
        Assert.False(await claim.ReleaseAsync("held", Cancellation));
        Assert.False(await claim.ExpireAsync(1, TimeSpan.FromHours(1), null, Cancellation));

        await AssertStatisticsAsync(outbox, appended: 2, pending: 2);
        await using ClaimSet next = await TakeAsync(outbox);
        Assert.Sequence(["held"], next.Claims[0].HeldNames);
        Assert.Sequence(["b"], await ReadTextAsync(next, 1));
        Assert.False(await claim.SettleDeliveredAsync(read, Cancellation));
        Assert.Sequence(["b"], await ReadTextAsync(next, 1));
    }

    public async Task Reading_continues_after_a_position_and_tells_whether_there_is_more()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await AppendAsync(outbox, (1, "a"), (1, "b"), (2, "other"), (1, "c"));
        await using ClaimSet claims = await TakeAsync(outbox);

        List<OutboxEvent> first = [];
        Assert.True((await claims.Of(1).ReadAsync(new OutboxReadRequest(1) { MaxEvents = 2, MaxBytes = 1000 }, first, Cancellation)).HasMore);
        Assert.Sequence(["a", "b"], first.Select(TextOf));

        List<OutboxEvent> rest = [];
        Assert.False((await claims.Of(1).ReadAsync(new OutboxReadRequest(1) { After = first[^1].Position, MaxEvents = 1, MaxBytes = 1000 }, rest, Cancellation)).HasMore);
        Assert.Sequence(["c"], rest.Select(TextOf));
        Assert.Empty(await claims.ReadAsync(1, after: rest[0].Position));
    }

    public async Task Reading_respects_the_size_limit_except_for_the_first_event()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await AppendAsync(outbox, (1, "aaaaaaaaaa"), (1, "bb"), (1, "cc"), (1, "dd"));
        await using ClaimSet claims = await TakeAsync(outbox);

        List<OutboxEvent> read = [];
        Assert.True((await claims.Of(1).ReadAsync(new OutboxReadRequest(1) { MaxEvents = 10, MaxBytes = 5 }, read, Cancellation)).HasMore);
        Assert.Sequence(["aaaaaaaaaa"], read.Select(TextOf));

        Assert.True((await claims.Of(1).ReadAsync(new OutboxReadRequest(1) { After = read[0].Position, MaxEvents = 10, MaxBytes = 1 }, read, Cancellation)).HasMore);
        Assert.Sequence(["aaaaaaaaaa"], read.Select(TextOf));

        Assert.True((await claims.Of(1).ReadAsync(new OutboxReadRequest(1) { After = read[0].Position, MaxEvents = 10, MaxBytes = 4 }, read, Cancellation)).HasMore);
        Assert.Sequence(["aaaaaaaaaa", "bb", "cc"], read.Select(TextOf));
    }

    public async Task A_read_event_has_its_name_and_position()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await AppendAsync(outbox, new TestEvent(7, "a", "sign_up"), new TestEvent(7, "b", "purchase"));
        await using ClaimSet claims = await TakeAsync(outbox);
        List<OutboxEvent> read = await claims.ReadAsync(7);
        Assert.Sequence(["sign_up", "purchase"], read.Select(item => item.EventName));
        Assert.True(read.TrueForAll(item => item.Partition == 7));
        Assert.True(read.TrueForAll(item => item.User == default));
    }

    public async Task A_delivered_event_is_removed_and_counted_once()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await AppendAsync(outbox, (1, "a"), (1, "b"), (4, "c"));
        await using ClaimSet claims = await TakeAsync(outbox);
        OutboxEvent settled = (await claims.ReadAsync(1))[1];

        await claims.DeliverAsync(settled);
        await claims.DeliverAsync(settled);
        await claims.RejectAsync(Rejection, settled);

        Assert.Sequence(["a"], await ReadTextAsync(claims, 1));
        await AssertStatisticsAsync(outbox, appended: 3, delivered: 1, pending: 2);
    }

    public async Task A_removed_event_does_not_prevent_settling_the_others()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await AppendAsync(outbox, (1, "a"), (1, "b"), (1, "c"));
        await using ClaimSet claims = await TakeAsync(outbox);
        OutboxEvent[] read = [.. await claims.ReadAsync(1)];
        await claims.DeliverAsync(read[1]);
        await claims.DeliverAsync(read);
        await AssertStatisticsAsync(outbox, appended: 3, delivered: 3);
    }

    public async Task A_rejected_event_is_kept_with_its_reason(DeadLetterReason reason)
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await AppendAsync(outbox, new TestEvent(1, "a"), new TestEvent(1, "b", "purchase", EngageUser.UserId("u")), new TestEvent(1, "c"));
        await using ClaimSet claims = await TakeAsync(outbox);
        OutboxEvent rejected = (await claims.ReadAsync(1))[1];

        await claims.RejectAsync(reason, rejected);

        Assert.Sequence(["a", "c"], await ReadTextAsync(claims, 1));
        await AssertStatisticsAsync(outbox, appended: 3, pending: 2, deadLetters: 1);
        StoredEvent deadLetter = Assert.Single(await outbox.ListAsync(OutboxQuery.DeadLetters, 10, Cancellation));
        Assert.Equal("b", TextOf(deadLetter));
        Assert.Equal(
            new StoredEvent
            {
                Position = rejected.Position,
                State = StoredEventState.DeadLetter,
                EventName = "purchase",
                User = EngageUser.UserId("u"),
                Json = deadLetter.Json,
                AppendedAt = Clock.GetUtcNow(),
                Reason = reason,
            },
            deadLetter);
    }

    public async Task A_dead_letter_is_not_settled_again()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await AppendAsync(outbox, (1, "a"));
        await using ClaimSet claims = await TakeAsync(outbox);
        OutboxEvent rejected = (await claims.ReadAsync(1))[0];
        await claims.RejectAsync(Rejection, rejected);

        await claims.RejectAsync(new DeadLetterReason(DeadLetterKind.Undeliverable), rejected);
        await claims.DeliverAsync(rejected);

        await AssertStatisticsAsync(outbox, appended: 1, deadLetters: 1);
        Assert.Equal(Rejection, (await outbox.ListAsync(OutboxQuery.DeadLetters, 10, Cancellation))[0].Reason);
        Assert.Equal(Positions(rejected.Position, null), await outbox.GetPositionsAsync(Cancellation));
    }

    public async Task Only_events_older_than_the_limit_expire()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await AppendAsync(outbox, (1, "a"), (2, "other"));
        Clock.Advance(TimeSpan.FromMinutes(10));
        await AppendAsync(outbox, (1, "b"));
        await using ClaimSet claims = await TakeAsync(outbox);

        await claims.ExpireAsync(1, TimeSpan.FromMinutes(10));
        await AssertStatisticsAsync(outbox, appended: 3, pending: 3);

        Clock.Advance(TimeSpan.FromSeconds(1));
        await claims.ExpireAsync(1, TimeSpan.FromMinutes(10));
        await AssertStatisticsAsync(outbox, appended: 3, pending: 2, deadLetters: 1);
        StoredEvent expired = Assert.Single(await outbox.ListAsync(OutboxQuery.DeadLetters, 10, Cancellation));
        Assert.Equal("a", TextOf(expired));
        Assert.Equal(DeadLetterKind.Expired, expired.Reason!.Kind);
        Assert.Sequence(["b"], await ReadTextAsync(claims, 1));

        Clock.Advance(TimeSpan.FromDays(365));
        await claims.ExpireAsync(2, TimeSpan.MaxValue);
        await AssertStatisticsAsync(outbox, appended: 3, pending: 2, deadLetters: 1);
    }

    public async Task An_event_appended_while_the_clock_was_ahead_does_not_prevent_later_ones_from_expiring()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        Clock.AdjustTime(Clock.GetUtcNow().AddDays(400));
        await AppendAsync(outbox, new TestEvent(1, "ahead"), new TestEvent(1, "ahead, held", "held"));
        Clock.AdjustTime(Clock.GetUtcNow().AddDays(-400));
        await AppendAsync(outbox, new TestEvent(1, "old"), new TestEvent(1, "old, held", "held"));
        Clock.Advance(TimeSpan.FromDays(3));
        await AppendAsync(outbox, (1, "young"));
        await using ClaimSet claims = await TakeAsync(outbox);
        await claims.HoldAsync("held");

        await claims.ExpireAsync(1, TimeSpan.FromHours(1));

        Assert.Sequence(["old", "old, held"], await ListTextAsync(outbox, OutboxQuery.DeadLetters));
        Assert.Sequence(["ahead", "ahead, held", "young"], await ListTextAsync(outbox, OutboxQuery.Pending));
    }

    /// <summary>The time at which the clock was ahead has come, and the event that was appended then is young.</summary>
    public async Task An_event_appended_while_the_clock_was_ahead_does_not_prevent_older_ones_from_expiring_when_that_time_has_come()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        Clock.AdjustTime(Clock.GetUtcNow().AddMinutes(30));
        await AppendAsync(outbox, (1, "ahead"), (1, "ahead too"));
        Clock.AdjustTime(Clock.GetUtcNow().AddMinutes(-30));
        await AppendAsync(outbox, (1, "old"));
        Clock.Advance(TimeSpan.FromMinutes(65));
        await using ClaimSet claims = await TakeAsync(outbox);

        await claims.ExpireAsync(1, TimeSpan.FromHours(1));

        Assert.Sequence(["old"], await ListTextAsync(outbox, OutboxQuery.DeadLetters));
        Assert.Sequence(["ahead", "ahead too"], await ListTextAsync(outbox, OutboxQuery.Pending));
    }

    public async Task Held_events_expire_too()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await AppendAsync(outbox, new TestEvent(1, "a", "held"), new TestEvent(2, "b", "held"), new TestEvent(1, "c"));
        await using ClaimSet claims = await TakeAsync(outbox);
        await claims.HoldAsync("held");
        Clock.Advance(TimeSpan.FromMinutes(2));
        await AppendAsync(outbox, new TestEvent(1, "d", "held"));

        await claims.ExpireAsync(1, TimeSpan.FromMinutes(1));

        Assert.Sequence(["a", "c"], await ListTextAsync(outbox, OutboxQuery.DeadLetters));
        Assert.Sequence(["b", "d"], await ListTextAsync(outbox, OutboxQuery.Pending));
    }

    public async Task Many_events_expire_at_once()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await AppendAsync(outbox, [.. Enumerable.Range(0, 3000).Select(i => (3, i.ToString(CultureInfo.InvariantCulture)))]);
        Clock.Advance(TimeSpan.FromMinutes(2));
        await using ClaimSet claims = await TakeAsync(outbox);
        await claims.ExpireAsync(3, TimeSpan.FromMinutes(1));
        await AssertStatisticsAsync(outbox, appended: 3000, deadLetters: 3000);
    }

    public async Task Setting_the_clock_back_expires_nothing()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        Clock.Advance(TimeSpan.FromHours(5));
        await AppendAsync(outbox, (1, "a"));
        Clock.AdjustTime(Clock.GetUtcNow() - TimeSpan.FromHours(3));
        await AppendAsync(outbox, (1, "b"));
        await using ClaimSet claims = await TakeAsync(outbox);
        await claims.ExpireAsync(1, TimeSpan.FromMinutes(1));
        Assert.Sequence(["a", "b"], await ReadTextAsync(claims, 1));
    }
}
