namespace TypedEvents.Tests;

public sealed class MemoryOutboxTests : OutboxContractTests
{
    private protected override IEventOutbox CreateOutbox(long maxBytes, long maxDeadLetterBytes) =>
        new MemoryOutbox(maxBytes, maxDeadLetterBytes, Clock);

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
        OutboxAccount account = await outbox.CloseAsync();
        Assert.Equal(2, account.Discarded.LeftOver);
        Assert.Equal(0, account.Pending);
        Assert.Equal(2, account.Appended);
        await outbox.DisposeAsync();
        Assert.Equal(account, await outbox.GetAccountAsync(Cancellation));
    }

    [Fact]
    public void A_limit_that_is_too_small_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new MemoryOutbox(1000));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MemoryOutbox(maxDeadLetterBytes: 1000));
    }
}
