namespace TypedEvents.Tests;

public sealed class MemoryOutboxTests : OutboxContractTests
{
    private protected override IEventOutbox CreateOutbox(long maxBytes, long maxDeadLetterBytes) =>
        new MemoryOutbox(maxBytes, maxDeadLetterBytes, Clock);

    /// <summary>All that an event takes in memory.</summary>
    private protected override long SizeOf(OutboxModel.Item item, OutboxModel.Place place) => place switch
    {
        OutboxModel.Place.DeadLetter => MemoryDeadLetter.SizeOf(item.Json.Length, item.User, item.Reason),
        OutboxModel.Place.Held => MemoryOutbox.SizeOf(item.Json.Length, item.User) + HeldNames.BytesPerEvent,
        _ => MemoryOutbox.SizeOf(item.Json.Length, item.User),
    };

    [Fact]
    public async Task One_claim_holds_all_partitions()
    {
        await using AuditedOutbox outbox = Create();
        await using ClaimSet claims = await ClaimSet.TakeAsync(outbox);
        Assert.Equal(Enumerable.Range(0, Partition.Count), Assert.Single(claims.Claims).Partitions);
    }

    [Fact]
    public async Task What_is_left_at_the_end_is_discarded_and_counted()
    {
        var outbox = new MemoryOutbox();
        await AppendAsync(outbox, (1, "a"), (2, "b"));
        OutboxStatistics statistics = await outbox.CloseAsync();
        Assert.Equal(2, statistics.Discarded.LeftOver);
        Assert.Equal(0, statistics.Pending);
        Assert.Equal(2, statistics.Appended);
        await outbox.DisposeAsync();
        Assert.Equal(statistics, await outbox.GetStatisticsAsync(Cancellation));
    }

    /// <summary>So a user who is crowded out of the cache meanwhile is found before a later event that has the EUID goes first.</summary>
    [Fact]
    public async Task A_user_is_kept_as_long_as_an_event_waits()
    {
        EngageUser user = EngageUser.UserId("user-42");
        var registered = new RegisteredUser(user, new Euid(10000091198), Clock.GetUtcNow());
        await using var outbox = new MemoryOutbox(timeProvider: Clock);
        await outbox.SaveUsersAsync([registered], Cancellation);
        Assert.Empty(await outbox.FindUsersAsync([user], Cancellation));

        var block = new EventBlock(100, null);
        block.Add(1, new EventSchema("sign_up"), user, "a"u8, TimeProvider.System);
        block.Add(1, new EventSchema("sign_up"), user, "b"u8, TimeProvider.System);
        await outbox.AppendAsync([block], Cancellation);
        await outbox.SaveUsersAsync([registered], Cancellation);
        IOutboxClaim claim = (await outbox.TryClaimAsync(Cancellation))!;
        List<OutboxEvent> read = [];
        await claim.ReadAsync(1, 0, 10, 1000, read, Cancellation);

        await claim.SettleDeliveredAsync([read[0]], Cancellation);
        Assert.Equal([registered], await outbox.FindUsersAsync([user, EngageUser.UserId("user-43")], Cancellation));

        await claim.SettleDeliveredAsync([read[1]], Cancellation);
        Assert.Empty(await outbox.FindUsersAsync([user], Cancellation));
    }

    [Fact]
    public void A_limit_that_is_too_small_is_rejected()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new MemoryOutbox(1000));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MemoryOutbox(maxDeadLetterBytes: 1000));
    }
}
