namespace TypedEvents.Tests;

public sealed class BackoffTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(5, 16)]
    [InlineData(7, 60)]
    [InlineData(1000, 60)]
    public void A_pause_is_anything_up_to_a_limit_that_doubles(int failures, double limit)
    {
        var backoff = new Backoff(new Random(1));
        double[] pauses = [.. Enumerable.Range(0, 1000).Select(_ => backoff.After(failures).TotalSeconds)];
        Assert.All(pauses, pause => Assert.InRange(pause, 0, limit));
        Assert.True(pauses.Max() > 0.95 * limit);
        Assert.True(pauses.Min() < 0.05 * limit);
    }
}
