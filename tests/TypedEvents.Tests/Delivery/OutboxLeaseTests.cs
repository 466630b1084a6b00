namespace TypedEvents.Tests;

/// <summary>The right to send: who may ask for it, and when.</summary>
public sealed class OutboxLeaseTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_claim_that_was_left_to_others_is_asked_for_again_as_soon_as_it_may_be()
    {
        await using var outbox = new MemoryOutbox();
        var lease = new OutboxLease(outbox, TimeSpan.FromSeconds(10), () => { });
        Assert.NotNull(await lease.TryTakeAsync(isUrgent: false, TimeSpan.Zero, Cancellation));
        Assert.Null(lease.NextDue(TimeSpan.Zero));
        lease.LeaveToOthers(TimeSpan.Zero);
        await lease.GiveBackAsync();

        TimeSpan now = RetrySchedules.ClaimPause - TimeSpan.FromMilliseconds(1);
        Assert.Null(await lease.TryTakeAsync(isUrgent: false, now, Cancellation));
        Assert.Equal(RetrySchedules.ClaimPause, lease.NextDue(now));
        Assert.NotNull(await lease.TryTakeAsync(isUrgent: false, RetrySchedules.ClaimPause, Cancellation));
    }

    [Fact]
    public void Without_a_claim_the_outbox_is_asked_again_after_the_interval()
    {
        TimeSpan now = TimeSpan.FromSeconds(100);
        Assert.Equal(now + RetrySchedules.ClaimInterval, new OutboxLease(new MemoryOutbox(), TimeSpan.FromSeconds(10), () => { }).NextDue(now));
    }
}
