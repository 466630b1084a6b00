using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TypedEvents.Collector;

namespace TypedEvents.Tests;

/// <summary>What users plug into a tracker may fail: it must neither spin, nor hang, nor throw where somebody tracks.</summary>
public sealed class FaultyPartsTests
{
    [Fact]
    public async Task An_outbox_that_throws_is_asked_again_after_a_pause_and_not_at_once()
    {
        using var logger = new CapturingLogger();
        await using EngageLabCollector collector = await Trackers.StartCollectorAsync();
        using var clock = new PacedClock();
        var outbox = new FaultyOutbox { FailsToClaim = true };
        await using EventTracker tracker = Trackers.Create(collector, options =>
        {
            clock.Drive(options);
            options.Outbox = outbox;
            options.LoggerFactory = logger;
        });

        // The clock stands still, and each of these wakes the delivery.
        for (int i = 0; i < 50; i++)
        {
            await tracker.TrackAsync(Trackers.Alice, new PageViewed("/"), cancellationToken: Trackers.Cancellation);
        }

        Assert.InRange(outbox.Claims, 0, 1);
        Assert.InRange(logger.Entries.Count(entry => entry.Level == LogLevel.Error), 0, 1);

        outbox.FailsToClaim = false;
        FlushResult result = await clock.RunUntilAsync(tracker.FlushAsync(Trackers.Cancellation).AsTask());
        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Equal(50, result.Outbox.Delivered);
        Trackers.AssertAccounted(result, tracked: 50);
    }

    [Fact]
    public async Task A_stop_ends_everything_where_the_outbox_throws()
    {
        using var logger = new CapturingLogger();
        await using EngageLabCollector collector = await Trackers.StartCollectorAsync();
        var outbox = new FaultyOutbox { FailsToTellPositions = true };
        EventTracker tracker = Trackers.Create(collector, options =>
        {
            options.Outbox = outbox;
            options.LoggerFactory = logger;
        });
        await tracker.TrackAsync(Trackers.Alice, new PageViewed("/"), cancellationToken: Trackers.Cancellation);

        FlushResult result = await tracker.StopAsync(Trackers.Cancellation);

        Assert.Equal(FlushOutcome.Blocked, result.Outcome);
        Assert.True(outbox.IsDisposed);
        Assert.Contains("disk gone", logger.Text, StringComparison.Ordinal);
        Trackers.AssertAccounted(result, tracked: 1);
    }

    [Fact]
    public async Task An_outbox_that_fails_to_close_is_disposed_all_the_same()
    {
        await using EngageLabCollector collector = await Trackers.StartCollectorAsync();
        var outbox = new FaultyOutbox { FailsToClose = true };
        EventTracker tracker = Trackers.Create(collector, options => options.Outbox = outbox);
        await Assert.ThrowsAsync<IOException>(() => tracker.StopAsync(Trackers.Cancellation).AsTask());
        Assert.True(outbox.IsDisposed);
    }

    [Fact]
    public async Task A_flush_that_comes_when_the_delivery_has_ended_does_not_wait_for_its_time_out()
    {
        await using var outbox = new MemoryOutbox();
        using var loop = new DeliveryLoop(
            outbox,
            (_, _) => throw new InvalidOperationException("There is nothing to send."),
            new Uri("https://example.org"),
            new DeliverySettings(100, 1000, TimeSpan.Zero),
            TimeProvider.System,
            NullLogger.Instance,
            () => { });
        await loop.RunAsync(new CancellationToken(canceled: true));
        Assert.True(loop.BeginFlush().Outcome.IsCompletedSuccessfully);
    }
}
