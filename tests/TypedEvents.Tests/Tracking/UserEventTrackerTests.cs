using TypedEvents.Emulator;

namespace TypedEvents.Tests;

/// <summary>Tracking for the current user, and how events without one are accounted for.</summary>
public sealed class UserEventTrackerTests
{
    [Fact]
    public async Task Events_are_those_of_the_user()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        EventTracker tracker = Trackers.Create(emulator);
        IUserEventTracker current = tracker.ForUser(Trackers.Alice);
        IEngageEvent someEvent = new PageViewed("/3");

        Assert.Equal(TrackResult.Accepted, current.TrackPageViewed("/1"));
        Assert.Equal(TrackResult.Accepted, await current.TrackPageViewedAsync("/2", cancellationToken: Trackers.Cancellation));
        Assert.Equal(TrackResult.Accepted, current.Track(someEvent));
        Assert.Equal(TrackResult.Accepted, await current.TrackAsync(someEvent, new EventContext(RandomId: "given"), Trackers.Cancellation));

        FlushResult result = await tracker.StopAsync(Trackers.Cancellation);
        Trackers.AssertAccountingInvariants(result, 4);
        Assert.Equal(4, result.Outbox!.Delivered);
        Assert.Equal(Trackers.Alice, current.User);
        Assert.All(emulator.Events, received => Assert.Equal(emulator.Events[0].Euid, received.Euid));
        Assert.Equal("given", emulator.Events[3].RandomId);
    }

    [Fact]
    public async Task The_user_is_read_at_each_call()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        EventTracker tracker = Trackers.Create(emulator);
        var accessor = new Accessor();
        var current = new UserEventTracker(tracker, accessor);

        Assert.Equal(TrackResult.NoUser, current.TrackPageViewed("/before"));
        accessor.User = Trackers.Alice;
        Assert.Equal(TrackResult.Accepted, current.TrackPageViewed("/after"));
        Trackers.AssertAccountingInvariants(await tracker.StopAsync(Trackers.Cancellation), 2);
        Assert.Equal(1, tracker.Statistics.Dropped.NoUser);
    }

    [Fact]
    public async Task An_event_without_a_user_is_counted_and_none_of_its_properties_is_read()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        EventTracker tracker = Trackers.Create(emulator);
        IUserEventTracker nobody = tracker.ForUser(null);

        Assert.Equal(TrackResult.NoUser, nobody.TrackPageViewed("/"));
        Assert.Equal(TrackResult.NoUser, await nobody.TrackPageViewedAsync("/", cancellationToken: Trackers.Cancellation));
        Assert.Equal(TrackResult.NoUser, nobody.Track((IEngageEvent)new PageViewed("/")));
        Assert.Equal(TrackResult.Filtered, tracker.Drop(new PageViewed("/"), TrackResult.Filtered));
        Assert.Throws<ArgumentOutOfRangeException>(() => tracker.Drop(new PageViewed("/"), TrackResult.Closed));

        FlushResult result = await tracker.StopAsync(Trackers.Cancellation);
        Trackers.AssertAccountingInvariants(result, 4);
        Assert.Equal((4, 3, 1), (result.Tracker.Tracked, result.Tracker.Dropped.NoUser, result.Tracker.Dropped.Filtered));
        Assert.Null(nobody.User);
        Assert.Empty(emulator.Events);
    }

    [Fact]
    public async Task A_tracker_that_is_stopped_or_disabled_says_so_first()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        EventTracker stopped = Trackers.Create(emulator);
        await stopped.StopAsync(Trackers.Cancellation);
        EventTracker disabled = Trackers.Create(emulator, options => options.Enabled = false);

        Assert.Equal(TrackResult.Closed, stopped.ForUser(null).TrackPageViewed("/"));
        Assert.Equal(TrackResult.Disabled, disabled.ForUser(null).TrackPageViewed("/"));
        Assert.Equal((1, 1), (stopped.Statistics.Dropped.Closed, disabled.Statistics.Dropped.Disabled));
        await disabled.DisposeAsync();
    }

    [Fact]
    public void A_tracker_that_cannot_account_for_it_returns_the_reason()
    {
        var tracker = new ForwardingTracker();

        Assert.Equal(TrackResult.NoUser, tracker.ForUser(null).TrackPageViewed("/"));
        Assert.Equal(TrackResult.Filtered, tracker.Drop(new PageViewed("/"), TrackResult.Filtered));
    }

    [Fact]
    public async Task A_hand_written_event_without_a_type_of_its_own_is_rejected()
    {
        IUserEventTracker current = new ForwardingTracker().ForUser(Trackers.Alice);
        IEngageEvent unusual = new NoEvent();

        Assert.Contains(nameof(NoEvent), Assert.Throws<NotSupportedException>(() => current.Track(unusual)).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<NotSupportedException>(async () => await current.TrackAsync(unusual, cancellationToken: Trackers.Cancellation));
    }

    private sealed class Accessor : IEngageUserAccessor
    {
        public EngageUser? User { get; set; }

        public EngageUser? GetUser() => User;
    }

    private sealed class NoEvent : IEngageEvent
    {
        public TrackResult Track(IEventTracker tracker, EngageUser user, EventContext context) => TrackResult.Accepted;
    }

    /// <summary>An application's own tracker, which accounts for nothing.</summary>
    private sealed class ForwardingTracker : IEventTracker
    {
        public TrackResult Track<TEvent>(EngageUser user, TEvent value, EventContext context = default)
            where TEvent : IEngageEvent<TEvent> =>
            TrackResult.Accepted;

        public ValueTask<TrackResult> TrackAsync<TEvent>(EngageUser user, TEvent value, EventContext context = default, CancellationToken cancellationToken = default)
            where TEvent : IEngageEvent<TEvent> =>
            new(TrackResult.Accepted);

        public ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }
}
