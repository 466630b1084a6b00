namespace TypedEvents.Tests;

public sealed class MemoryOutboxTests : OutboxContractTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected override IEventOutbox Create() => new MemoryOutbox();

    [Fact]
    public async Task A_block_over_the_limit_is_taken_by_an_empty_outbox_only()
    {
        await using var outbox = new MemoryOutbox(maxBytes: 64 * 1024);
        EventBlock large = Block((1, new string('a', 100_000)));
        Assert.Equal(1, await outbox.AppendAsync([large], Cancellation));
        Assert.Equal(0, await outbox.AppendAsync([large], Cancellation));
        await AssertAccountAsync(outbox, appended: 1, delivered: 0, pending: 1);
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
    public void A_limit_that_is_too_small_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new MemoryOutbox(1000));
}
