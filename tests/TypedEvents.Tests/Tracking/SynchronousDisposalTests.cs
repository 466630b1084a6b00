using TypedEvents.Emulator;

namespace TypedEvents.Tests;

/// <summary><c>IDisposable</c>, for containers that are disposed synchronously, and the drain that comes before the stop.</summary>
public sealed class SynchronousDisposalTests
{
    [Fact]
    public async Task Dispose_delivers_what_is_buffered_and_may_be_called_twice_and_after_a_stop()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        EventTracker tracker = Trackers.Create(emulator);
        tracker.Track(Trackers.Alice, new PageViewed("/"));

        ((IDisposable)tracker).Dispose();
        ((IDisposable)tracker).Dispose();
        await tracker.DisposeAsync();

        Assert.Single(emulator.Events);
        Trackers.AssertAccountingInvariants(await tracker.StopAsync(Trackers.Cancellation), tracked: 1);
    }

    [Fact]
    public async Task Dispose_on_the_thread_of_a_context_does_not_deadlock()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        var context = new CountingContext();
        var ended = new TaskCompletionSource();
        new Thread(() =>
        {
            SynchronizationContext.SetSynchronizationContext(context);
            EventTracker tracker = Trackers.Create(emulator);
            tracker.Track(Trackers.Alice, new PageViewed("/"));
            ((IDisposable)tracker).Dispose();
            ended.SetResult();
        }).Start();

        await ended.Task.WaitAsync(TimeSpan.FromMinutes(1), Trackers.Cancellation);
        Assert.Single(emulator.Events);
        Assert.Equal(0, context.Posts);
    }

    /// <summary>Nobody moves the tracker's clock, so its deadline never comes.</summary>
    [Fact]
    public async Task Dispose_ends_by_the_real_clock_where_the_trackers_own_stands_still()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        emulator.RespondWith(EmulatorBehavior.Hang);
        EventTracker tracker = Trackers.Create(emulator, options =>
        {
            options.TimeProvider = Trackers.FakeClock();
            options.ShutdownTimeout = TimeSpan.FromMilliseconds(100);
        });
        tracker.Track(Trackers.Alice, new PageViewed("/"));
        await Task.Run(((IDisposable)tracker).Dispose).WaitAsync(TimeSpan.FromMinutes(1), Trackers.Cancellation);
        FlushResult result = await tracker.StopAsync(Trackers.Cancellation).AsTask().WaitAsync(TimeSpan.FromMinutes(1), Trackers.Cancellation);
        Trackers.AssertAccountingInvariants(result, tracked: 1);
    }

    [Fact]
    public async Task A_drain_delivers_and_leaves_the_tracker_open()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync();
        scenario.Track(new PageViewed("/"));
        FlushResult drain = await scenario.Tracker.DrainAsync(Trackers.Cancellation);
        Assert.Equal((FlushOutcome.Settled, 1), (drain.Outcome, drain.Outbox!.Delivered));

        Assert.Equal(TrackResult.Accepted, scenario.Track(new PageViewed("/later")));
        FlushResult stop = await scenario.StopAsync();
        Assert.Equal((FlushOutcome.Settled, 2), (stop.Outcome, stop.Outbox!.Delivered));
    }

    [Fact]
    public async Task A_drain_and_the_stop_share_one_deadline()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.ShutdownTimeout = TimeSpan.FromSeconds(5), new PacedClock());
        scenario.Emulator.RespondWith(EmulatorBehavior.Respond(503));
        scenario.Track(new PageViewed("/"));
        DateTimeOffset began = scenario.Clock.Time.GetUtcNow();

        FlushResult drain = await scenario.Clock.RunUntilAsync(scenario.Tracker.DrainAsync(Trackers.Cancellation).AsTask());
        TimeSpan afterDrain = scenario.Clock.Time.GetUtcNow() - began;
        FlushResult stop = await scenario.StopAsync();
        TimeSpan afterStop = scenario.Clock.Time.GetUtcNow() - began;

        Assert.NotEqual(FlushOutcome.Settled, drain.Outcome);
        Assert.InRange(afterDrain, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(8));
        Assert.Equal(1, stop.Outbox!.Discarded.LeftOver);

        // The stop alone would have taken five seconds more.
        Assert.InRange(afterStop - afterDrain, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4));
    }

    private sealed class CountingContext : SynchronizationContext
    {
        private int _posts;

        public int Posts => Volatile.Read(ref _posts);

        public override void Post(SendOrPostCallback d, object? state) => Interlocked.Increment(ref _posts);

        public override void Send(SendOrPostCallback d, object? state) => Interlocked.Increment(ref _posts);
    }
}
