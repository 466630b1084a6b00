using TypedEvents.Collector;

namespace TypedEvents.Tests;

/// <summary>An answer whose body breaks off still has a head.</summary>
public sealed class CutAnswerTests
{
    [Fact]
    public async Task How_long_to_wait_is_known_although_the_body_is_cut()
    {
        await using EngageLabCollector collector = await Trackers.StartCollectorAsync();
        using EngageApi api = Trackers.CreateApi(collector);
        collector.Next(CollectorBehavior.Answer(429, 1).WithHeader("Retry-After", "7").CutHalfway());
        using var batch = new EventBatch();
        Assert.True(batch.TryAdd(Trackers.Alice, new PageViewed("/")));

        EngageApiException exception = await Assert.ThrowsAsync<EngageApiException>(() => api.ReportAsync(batch, Trackers.Cancellation));

        Assert.Equal(TimeSpan.FromSeconds(7), exception.RetryAfter);
        Assert.Contains("before the answer was whole", exception.Message, StringComparison.Ordinal);
    }
}
