namespace TypedEvents.Tests;

/// <summary>100 requests a second, and as many at once after a pause.</summary>
public sealed class RequestRateLimiterTests
{
    private const int PerSecond = 100;

    [Fact]
    public void As_many_as_a_seconds_go_at_once_and_then_one_each_hundredth()
    {
        var limit = new RequestRateLimiter(PerSecond);
        var now = TimeSpan.FromMinutes(5);
        Assert.Equal(PerSecond, CountAt(limit, now));
        Assert.Equal(now + TimeSpan.FromMilliseconds(10), limit.NextAt);
        for (int i = 1; i <= 500; i++)
        {
            Assert.Equal(1, CountAt(limit, now + TimeSpan.FromMilliseconds(10 * i)));
        }
    }

    [Theory]
    [InlineData(100, 10)]
    [InlineData(1000, 100)]
    [InlineData(3_600_000, 100)]
    public void A_pause_gives_back_what_it_could_have_taken_but_no_more_than_a_second_of_it(int pauseMilliseconds, int requests)
    {
        var limit = new RequestRateLimiter(PerSecond);
        Assert.Equal(PerSecond, CountAt(limit, TimeSpan.Zero));
        Assert.Equal(requests, CountAt(limit, TimeSpan.FromMilliseconds(pauseMilliseconds)));
    }

    [Fact]
    public void A_limit_of_one_makes_a_request_a_second()
    {
        var limit = new RequestRateLimiter(1);
        Assert.Equal(1, CountAt(limit, TimeSpan.Zero));
        Assert.Equal(TimeSpan.FromSeconds(1), limit.NextAt);
    }

    private static int CountAt(RequestRateLimiter limit, TimeSpan now)
    {
        int count = 0;
        while (limit.NextAt <= now)
        {
            limit.Take(now);
            Assert.True(++count <= 10_000);
        }

        return count;
    }
}
