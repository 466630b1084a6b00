using TypedEvents.Emulator;

namespace TypedEvents.Tests;

/// <summary>A tracker with <c>Enabled = false</c>: every call is counted, and nothing else happens.</summary>
public sealed class DisabledTrackerTests
{
    [Fact]
    public async Task It_needs_no_credentials_and_counts_each_event()
    {
        using var logger = new CapturingLogger();
        EventTracker tracker = EventTracker.Create(options =>
        {
            options.Enabled = false;
            options.LoggerFactory = logger;
        });
        await tracker.StartAsync(Trackers.Cancellation);

        Assert.Equal(TrackResult.Disabled, tracker.Track(Trackers.Alice, new PageViewed("/")));
        Assert.Equal(TrackResult.Disabled, await tracker.TrackAsync(Trackers.Alice, new PageViewed("/"), cancellationToken: Trackers.Cancellation));
        Assert.Equal(TrackResult.Disabled, tracker.Track(default, new PageViewed("/")));
        FlushResult flush = await tracker.FlushAsync(Trackers.Cancellation);
        FlushResult stop = await tracker.StopAsync(Trackers.Cancellation);

        Assert.Equal(TrackResult.Disabled, tracker.Track(Trackers.Alice, new PageViewed("/")));
        Assert.All([flush, stop], result =>
        {
            Assert.Equal(FlushOutcome.Settled, result.Outcome);
            Assert.Null(result.Outbox);
            Assert.Contains("disabled", result.OutboxUnavailableReason, StringComparison.Ordinal);
            Assert.Null(result.Problem);
            Assert.Equal((3, 3, 3), (result.Tracker.Tracked, result.Tracker.Dropped.Disabled, result.Tracker.Dropped.Total));
        });
        Assert.Equal((true, PauseReason.Disabled), (tracker.Delivery.IsPaused, tracker.Delivery.Reason));
        Assert.Contains("disabled", Assert.Single(logger.Entries).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_opens_no_outbox_and_disposes_it()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        var outbox = new WatchedOutbox();
        EventTracker tracker = Trackers.Create(emulator, options =>
        {
            options.Enabled = false;
            options.Outbox = outbox;
        });
        tracker.Track(Trackers.Alice, new PageViewed("/"));
        tracker.UseCredentials("other", "credentials");
        await tracker.StartAsync(Trackers.Cancellation);
        await tracker.FlushAsync(Trackers.Cancellation);
        await tracker.DisposeAsync();

        Assert.Equal(["Dispose"], outbox.Calls);
        Assert.Equal(0, emulator.RequestCount);
    }

    [Fact]
    public void It_still_checks_the_other_options()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => EventTracker.Create(options =>
        {
            options.Enabled = false;
            options.MaxBatchEvents = 0;
        }));
        Assert.StartsWith("MaxBatchEvents must be between 1 and 1000", exception.Message, StringComparison.Ordinal);
    }

    private sealed class WatchedOutbox() : DelegatingOutbox(new MemoryOutbox())
    {
        public List<string> Calls { get; } = [];

        public override ValueTask OpenAsync(OutboxOpening opening, CancellationToken cancellationToken)
        {
            Calls.Add("Open");
            return base.OpenAsync(opening, cancellationToken);
        }

        public override ValueTask AddTargetAsync(OutboxTarget target, CancellationToken cancellationToken)
        {
            Calls.Add("AddTarget");
            return base.AddTargetAsync(target, cancellationToken);
        }

        public override ValueTask<OutboxStatistics?> GetStatisticsAsync(CancellationToken cancellationToken)
        {
            Calls.Add("GetStatistics");
            return base.GetStatisticsAsync(cancellationToken);
        }

        public override ValueTask<OutboxStatistics?> CloseAsync()
        {
            Calls.Add("Close");
            return base.CloseAsync();
        }

        public override ValueTask DisposeAsync()
        {
            Calls.Add("Dispose");
            return base.DisposeAsync();
        }
    }
}
