using System.Globalization;

namespace TypedEvents.Tests;

public abstract partial class OutboxContractTests
{
    [Fact]
    public async Task A_partition_has_one_claim_at_a_time()
    {
        await using AuditedOutbox outbox = Create();
        await using (ClaimSet first = await ClaimSet.TakeAsync(outbox))
        {
            Assert.Null(await outbox.TryClaimAsync(Cancellation));
            Assert.All(first.Claims, claim => Assert.False(claim.LostToken.IsCancellationRequested));
        }

        await using ClaimSet second = await ClaimSet.TakeAsync(outbox);
    }

    [Fact]
    public async Task A_claim_can_be_released_twice()
    {
        await using AuditedOutbox outbox = Create();
        ClaimSet first = await ClaimSet.TakeAsync(outbox);
        await first.DisposeAsync();
        await using ClaimSet second = await ClaimSet.TakeAsync(outbox);
        await first.DisposeAsync();
        Assert.Null(await outbox.TryClaimAsync(Cancellation));
    }

    [Fact]
    public async Task A_released_claim_changes_nothing()
    {
        await using AuditedOutbox outbox = Create();
        await AppendAsync(outbox, new TestEvent(1, "a", "held"), new TestEvent(1, "b"));
        ClaimSet claims = await ClaimSet.TakeAsync(outbox);
        await claims.HoldAsync("held");
        List<OutboxEvent> read = await claims.ReadAsync(1);
        IOutboxClaim claim = claims.Of(1);
        await claims.DisposeAsync();
        Clock.Advance(TimeSpan.FromDays(1));

        Assert.False(await claim.SettleDeliveredAsync(read, Cancellation));
        Assert.False(await claim.SettleDeadLetterAsync(read, Rejection, Cancellation));
        Assert.False(await claim.HoldAsync("page_viewed", Cancellation));
        Assert.False(await claim.ReleaseAsync("held", Cancellation));
        Assert.False(await claim.ExpireAsync(1, TimeSpan.FromHours(1), Cancellation));

        await AssertStatisticsAsync(outbox, appended: 2, pending: 2);
        await using ClaimSet next = await ClaimSet.TakeAsync(outbox);
        Assert.Equal(["held"], next.Claims[0].HeldNames);
        Assert.Equal(["b"], await ReadTextAsync(next, 1));
        Assert.False(await claim.SettleDeliveredAsync(read, Cancellation));
        Assert.Equal(["b"], await ReadTextAsync(next, 1));
    }

    [Fact]
    public async Task Reading_continues_after_a_position_and_tells_whether_there_is_more()
    {
        await using AuditedOutbox outbox = Create();
        await AppendAsync(outbox, (1, "a"), (1, "b"), (2, "other"), (1, "c"));
        await using ClaimSet claims = await ClaimSet.TakeAsync(outbox);

        List<OutboxEvent> first = [];
        Assert.True(await claims.Of(1).ReadAsync(1, 0, maxEvents: 2, maxBytes: 1000, first, Cancellation));
        Assert.Equal(["a", "b"], first.Select(TextOf));

        List<OutboxEvent> rest = [];
        Assert.False(await claims.Of(1).ReadAsync(1, first[^1].Position, maxEvents: 1, maxBytes: 1000, rest, Cancellation));
        Assert.Equal(["c"], rest.Select(TextOf));
        Assert.Empty(await claims.ReadAsync(1, after: rest[0].Position));
    }

    [Fact]
    public async Task Reading_respects_the_size_limit_except_for_the_first_event()
    {
        await using AuditedOutbox outbox = Create();
        await AppendAsync(outbox, (1, "aaaaaaaaaa"), (1, "bb"), (1, "cc"), (1, "dd"));
        await using ClaimSet claims = await ClaimSet.TakeAsync(outbox);

        List<OutboxEvent> read = [];
        Assert.True(await claims.Of(1).ReadAsync(1, 0, maxEvents: 10, maxBytes: 5, read, Cancellation));
        Assert.Equal(["aaaaaaaaaa"], read.Select(TextOf));

        Assert.True(await claims.Of(1).ReadAsync(1, read[0].Position, maxEvents: 10, maxBytes: 1, read, Cancellation));
        Assert.Equal(["aaaaaaaaaa"], read.Select(TextOf));

        Assert.True(await claims.Of(1).ReadAsync(1, read[0].Position, maxEvents: 10, maxBytes: 4, read, Cancellation));
        Assert.Equal(["aaaaaaaaaa", "bb", "cc"], read.Select(TextOf));
    }

    [Fact]
    public async Task A_read_event_has_its_name_and_position()
    {
        await using AuditedOutbox outbox = Create();
        await AppendAsync(outbox, new TestEvent(7, "a", "sign_up"), new TestEvent(7, "b", "purchase"));
        await using ClaimSet claims = await ClaimSet.TakeAsync(outbox);
        List<OutboxEvent> read = await claims.ReadAsync(7);
        Assert.Equal(["sign_up", "purchase"], read.Select(item => item.EventName));
        Assert.All(read, item => Assert.Equal(7, item.Partition));
        Assert.All(read, item => Assert.Equal(default, item.User));
    }

    [Fact]
    public async Task A_delivered_event_is_removed_and_counted_once()
    {
        await using AuditedOutbox outbox = Create();
        await AppendAsync(outbox, (1, "a"), (1, "b"), (4, "c"));
        await using ClaimSet claims = await ClaimSet.TakeAsync(outbox);
        OutboxEvent settled = (await claims.ReadAsync(1))[1];

        await claims.DeliverAsync(settled);
        await claims.DeliverAsync(settled);
        await claims.RejectAsync(Rejection, settled);

        Assert.Equal(["a"], await ReadTextAsync(claims, 1));
        await AssertStatisticsAsync(outbox, appended: 3, delivered: 1, pending: 2);
    }

    [Fact]
    public async Task A_removed_event_does_not_prevent_settling_the_others()
    {
        await using AuditedOutbox outbox = Create();
        await AppendAsync(outbox, (1, "a"), (1, "b"), (1, "c"));
        await using ClaimSet claims = await ClaimSet.TakeAsync(outbox);
        OutboxEvent[] read = [.. await claims.ReadAsync(1)];
        await claims.DeliverAsync(read[1]);
        await claims.DeliverAsync(read);
        await AssertStatisticsAsync(outbox, appended: 3, delivered: 3);
    }

    public static TheoryData<string, int?, string?> Reasons => new()
    {
        { nameof(DeadLetterKind.Rejected), 40001, "no such property: 'é' \"日本\"" },
        { nameof(DeadLetterKind.Undeliverable), null, "403 from a firewall" },
        { nameof(DeadLetterKind.Expired), null, null },
        { nameof(DeadLetterKind.UserUnknown), -1, "" },
    };

    [Theory]
    [MemberData(nameof(Reasons))]
    public async Task A_rejected_event_becomes_a_dead_letter_with_its_reason(string kind, int? code, string? message)
    {
        var reason = new DeadLetterReason(Enum.Parse<DeadLetterKind>(kind), code, message);
        await using AuditedOutbox outbox = Create();
        await AppendAsync(outbox, new TestEvent(1, "a"), new TestEvent(1, "b", "purchase", EngageUser.UserId("u")), new TestEvent(1, "c"));
        await using ClaimSet claims = await ClaimSet.TakeAsync(outbox);
        OutboxEvent rejected = (await claims.ReadAsync(1))[1];

        await claims.RejectAsync(reason, rejected);

        Assert.Equal(["a", "c"], await ReadTextAsync(claims, 1));
        await AssertStatisticsAsync(outbox, appended: 3, pending: 2, deadLetters: 1);
        StoredEvent deadLetter = Assert.Single(await outbox.ListAsync(OutboxQuery.DeadLetters, 10, Cancellation));
        Assert.Equal("b", TextOf(deadLetter));
        Assert.Equal(
            new StoredEvent(rejected.Position, StoredEventState.DeadLetter, "purchase", null, EngageUser.UserId("u"), deadLetter.Json, Clock.GetUtcNow(), reason),
            deadLetter);
    }

    [Fact]
    public async Task A_dead_letter_is_not_settled_again()
    {
        await using AuditedOutbox outbox = Create();
        await AppendAsync(outbox, (1, "a"));
        await using ClaimSet claims = await ClaimSet.TakeAsync(outbox);
        OutboxEvent rejected = (await claims.ReadAsync(1))[0];
        await claims.RejectAsync(Rejection, rejected);

        await claims.RejectAsync(new DeadLetterReason(DeadLetterKind.Undeliverable), rejected);
        await claims.DeliverAsync(rejected);

        await AssertStatisticsAsync(outbox, appended: 1, deadLetters: 1);
        Assert.Equal(Rejection, (await outbox.ListAsync(OutboxQuery.DeadLetters, 10, Cancellation))[0].Reason);
        Assert.Equal(new OutboxPositions(rejected.Position, null), await outbox.GetPositionsAsync(Cancellation));
    }

    [Fact]
    public async Task Only_events_older_than_the_limit_expire()
    {
        await using AuditedOutbox outbox = Create();
        await AppendAsync(outbox, (1, "a"), (2, "other"));
        Clock.Advance(TimeSpan.FromMinutes(10));
        await AppendAsync(outbox, (1, "b"));
        await using ClaimSet claims = await ClaimSet.TakeAsync(outbox);

        await claims.ExpireAsync(1, TimeSpan.FromMinutes(10));
        await AssertStatisticsAsync(outbox, appended: 3, pending: 3);

        Clock.Advance(TimeSpan.FromSeconds(1));
        await claims.ExpireAsync(1, TimeSpan.FromMinutes(10));
        await AssertStatisticsAsync(outbox, appended: 3, pending: 2, deadLetters: 1);
        StoredEvent expired = Assert.Single(await outbox.ListAsync(OutboxQuery.DeadLetters, 10, Cancellation));
        Assert.Equal("a", TextOf(expired));
        Assert.Equal(DeadLetterKind.Expired, expired.Reason!.Kind);
        Assert.Equal(["b"], await ReadTextAsync(claims, 1));

        Clock.Advance(TimeSpan.FromDays(365));
        await claims.ExpireAsync(2, TimeSpan.MaxValue);
        await AssertStatisticsAsync(outbox, appended: 3, pending: 2, deadLetters: 1);
    }

    [Fact]
    public async Task An_event_appended_while_the_clock_was_ahead_does_not_prevent_later_ones_from_expiring()
    {
        await using AuditedOutbox outbox = Create();
        Clock.AdjustTime(Clock.GetUtcNow().AddDays(400));
        await AppendAsync(outbox, new TestEvent(1, "ahead"), new TestEvent(1, "ahead, held", "held"));
        Clock.AdjustTime(Clock.GetUtcNow().AddDays(-400));
        await AppendAsync(outbox, new TestEvent(1, "old"), new TestEvent(1, "old, held", "held"));
        Clock.Advance(TimeSpan.FromDays(3));
        await AppendAsync(outbox, (1, "young"));
        await using ClaimSet claims = await ClaimSet.TakeAsync(outbox);
        await claims.HoldAsync("held");

        await claims.ExpireAsync(1, TimeSpan.FromHours(1));

        Assert.Equal(["old", "old, held"], await ListTextAsync(outbox, OutboxQuery.DeadLetters));
        Assert.Equal(["ahead", "ahead, held", "young"], await ListTextAsync(outbox, OutboxQuery.Pending));
    }

    /// <summary>The time at which the clock was ahead has come, and the event that was appended then is young.</summary>
    [Fact]
    public async Task An_event_appended_while_the_clock_was_ahead_does_not_prevent_older_ones_from_expiring_when_that_time_has_come()
    {
        await using AuditedOutbox outbox = Create();
        Clock.AdjustTime(Clock.GetUtcNow().AddMinutes(30));
        await AppendAsync(outbox, (1, "ahead"), (1, "ahead too"));
        Clock.AdjustTime(Clock.GetUtcNow().AddMinutes(-30));
        await AppendAsync(outbox, (1, "old"));
        Clock.Advance(TimeSpan.FromMinutes(65));
        await using ClaimSet claims = await ClaimSet.TakeAsync(outbox);

        await claims.ExpireAsync(1, TimeSpan.FromHours(1));

        Assert.Equal(["old"], await ListTextAsync(outbox, OutboxQuery.DeadLetters));
        Assert.Equal(["ahead", "ahead too"], await ListTextAsync(outbox, OutboxQuery.Pending));
    }

    [Fact]
    public async Task Held_events_expire_too()
    {
        await using AuditedOutbox outbox = Create();
        await AppendAsync(outbox, new TestEvent(1, "a", "held"), new TestEvent(2, "b", "held"), new TestEvent(1, "c"));
        await using ClaimSet claims = await ClaimSet.TakeAsync(outbox);
        await claims.HoldAsync("held");
        Clock.Advance(TimeSpan.FromMinutes(2));
        await AppendAsync(outbox, new TestEvent(1, "d", "held"));

        await claims.ExpireAsync(1, TimeSpan.FromMinutes(1));

        Assert.Equal(["a", "c"], await ListTextAsync(outbox, OutboxQuery.DeadLetters));
        Assert.Equal(["b", "d"], await ListTextAsync(outbox, OutboxQuery.Pending));
    }

    [Fact]
    public async Task Many_events_expire_at_once()
    {
        await using AuditedOutbox outbox = Create();
        await AppendAsync(outbox, [.. Enumerable.Range(0, 3000).Select(i => (3, i.ToString(CultureInfo.InvariantCulture)))]);
        Clock.Advance(TimeSpan.FromMinutes(2));
        await using ClaimSet claims = await ClaimSet.TakeAsync(outbox);
        await claims.ExpireAsync(3, TimeSpan.FromMinutes(1));
        await AssertStatisticsAsync(outbox, appended: 3000, deadLetters: 3000);
    }

    [Fact]
    public async Task Setting_the_clock_back_expires_nothing()
    {
        await using AuditedOutbox outbox = Create();
        Clock.Advance(TimeSpan.FromHours(5));
        await AppendAsync(outbox, (1, "a"));
        Clock.AdjustTime(Clock.GetUtcNow() - TimeSpan.FromHours(3));
        await AppendAsync(outbox, (1, "b"));
        await using ClaimSet claims = await ClaimSet.TakeAsync(outbox);
        await claims.ExpireAsync(1, TimeSpan.FromMinutes(1));
        Assert.Equal(["a", "b"], await ReadTextAsync(claims, 1));
    }
}
