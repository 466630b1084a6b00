using TypedEvents.Emulator;

namespace TypedEvents.Tests;

public sealed class EventTrackerTests
{
    [Fact]
    public async Task A_tracked_event_arrives_as_it_was_when_it_was_tracked()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.TimeProvider = Trackers.FakeClock());

        Assert.Equal(TrackResult.Accepted, scenario.Track(new SignUp("pro", 3)));
        FlushResult result = await scenario.FlushAsync();

        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Null(result.Problem);
        ReceivedEvent received = Assert.Single(scenario.Emulator.Events);
        Assert.Equal(10000091198, received.Euid);
        Assert.Equal("sign_up", received.EventName);
        Assert.Equal(1777863721000, received.Itime);
        Assert.Equal(7, Guid.Parse(received.RandomId).Version);
        Assert.Equal("""{"plan":"pro","seats":3}""", received.PropertiesJson());
        Assert.Equal(1, result.Outbox!.Delivered);
    }

    [Fact]
    public async Task An_event_may_have_a_given_time_and_id()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.AppKey = "app-1");
        scenario.TrackPageViewed(
            Trackers.Alice,
            "/",
            new EventContext(new DateTimeOffset(2022, 6, 1, 11, 40, 20, 772, TimeSpan.FromHours(2)), "order-\"17\""));
        await scenario.FlushAsync();

        ReceivedEvent received = Assert.Single(scenario.Emulator.Events);
        Assert.Equal(1654076420772, received.Itime);
        Assert.Equal("order-\"17\"", received.RandomId);
        Assert.Equal("app-1", received.AppKey);
    }

    [Fact]
    public async Task Events_of_several_types_can_be_in_one_list()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync();
        List<IEngageEvent> events = [new SignUp("pro", 3), new PageViewed("/pricing"), new SignUp("free", 1, "friend")];

        foreach (IEngageEvent item in events)
        {
            Assert.Equal(TrackResult.Accepted, scenario.Track(Trackers.Alice, item));
        }

        await scenario.FlushAsync();
        Assert.Equal(["sign_up", "page_viewed", "sign_up"], scenario.Emulator.Events.Select(received => received.EventName));
    }

    [Fact]
    public async Task The_generated_methods_do_the_same_without_a_record()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync();

        Assert.Equal(TrackResult.Accepted, scenario.TrackSignUp(Trackers.Alice, plan: "pro", seats: 3));
        Assert.Equal(TrackResult.Accepted, await scenario.TrackSignUpAsync(Trackers.Bob, "free", 1, referrer: "friend", cancellationToken: Trackers.Cancellation));
        await scenario.FlushAsync();

        Assert.Equal(
            ["""{"plan":"free","seats":1,"referrer":"friend"}""", """{"plan":"pro","seats":3}"""],
            scenario.Emulator.Events.Select(received => received.PropertiesJson()).Order());
    }

    [Fact]
    public async Task Batches_are_full_while_enough_events_are_pending()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.MaxBatchEvents = 40);
        for (int i = 0; i < 100; i++)
        {
            scenario.Track(new Euid(1 + (i % 17)), new PageViewed($"/{i}"));
        }

        FlushResult result = await scenario.FlushAsync();

        Assert.Equal(100, result.Outbox!.Delivered);
        Assert.All(scenario.Emulator.Requests, request => Assert.InRange(request.Events.Count, 1, 40));
        Assert.Equal(100, scenario.Emulator.EventCount);
        Assert.Equal(0, scenario.Emulator.DuplicateCount);
    }

    [Fact]
    public async Task Batches_stay_within_their_bytes_and_a_larger_event_is_sent_alone()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.MaxBatchBytes = 2000);
        scenario.Track(new PageViewed(new string('a', 5000)));
        for (int i = 0; i < 50; i++)
        {
            scenario.Track(new PageViewed(new string('b', 300)));
        }

        FlushResult result = await scenario.FlushAsync();

        Assert.Null(result.Problem);
        Assert.Equal(51, result.Outbox!.Delivered);
        Assert.Single(Assert.Single(scenario.Emulator.Requests, request => request.Body.Length > 2100).Events);
        Assert.Contains(scenario.Emulator.Requests, request => request.Events.Count > 1);
    }

    [Fact]
    public async Task A_quiet_tracker_sends_when_the_oldest_event_is_old_enough()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options =>
        {
            // Long enough for the delivery to have seen both by then.
            options.FlushInterval = TimeSpan.FromMinutes(1);
        }, new PacedClock());

        // TrackAsync returns when the outbox has the event; from then on only its age can cause a request.
        await scenario.TrackAsync(new PageViewed("/1"));
        await scenario.TrackAsync(Trackers.Bob, new PageViewed("/2"), cancellationToken: Trackers.Cancellation);
        Assert.Empty(scenario.Emulator.Requests);
        await scenario.RunUntilEventsAsync(2);

        Assert.Single(scenario.Emulator.Requests);
    }

    [Fact]
    public async Task A_users_events_arrive_in_the_order_of_the_calls_from_whichever_threads()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync();
        for (int i = 0; i < 500; i++)
        {
            int number = i;
            await Task.Run(() => scenario.Track(new Euid(1 + (number % 5)), new PageViewed($"{number:D4}")), Trackers.Cancellation);
        }

        await scenario.FlushAsync();

        Assert.Equal(500, scenario.Emulator.EventCount);
        foreach (IGrouping<long, ReceivedEvent> user in scenario.Emulator.Events.GroupBy(received => received.Euid))
        {
            string[] paths = [.. user.Select(received => received.StringProperty("path"))];
            Assert.Equal(paths.Order(), paths);
        }
    }

    [Fact]
    public async Task With_many_threads_no_event_is_lost_or_duplicated()
    {
        const int Threads = 8;
        const int PerThread = 2_000;
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.MaxBatchEvents = 100);
        await Parallel.ForAsync(0, Threads, Trackers.Cancellation, async (thread, cancellationToken) =>
        {
            for (int i = 0; i < PerThread; i++)
            {
                TrackResult result = i % 50 == 0
                    ? await scenario.TrackAsync(new Euid(thread + 1), new PageViewed($"{thread}/{i}"), cancellationToken: cancellationToken)
                    : scenario.Track(new Euid(thread + 1), new PageViewed($"{thread}/{i}"));
                Assert.Equal(TrackResult.Accepted, result);
            }
        });

        FlushResult result = await scenario.StopAsync();

        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Equal(Threads * PerThread, result.Outbox!.Delivered);
        Assert.Equal(Threads * PerThread, scenario.Emulator.Events.Select(received => received.StringProperty("path")).Distinct().Count());
        Assert.Equal(0, scenario.Emulator.DuplicateCount);
    }

    [Fact]
    public async Task A_getter_that_tracks_writes_neither_into_its_own_event_nor_into_the_other()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync();
        scenario.Track(new Misbehaving(() =>
        {
            scenario.Track(Trackers.Bob, new PageViewed("/inner"));
            return "outer";
        }));
        await scenario.FlushAsync();

        Assert.Equal(
            ["""{"path":"/inner"}""", """{"value":"outer"}"""],
            scenario.Emulator.Events.Select(received => received.PropertiesJson()).Order());
    }

    [Fact]
    public async Task A_later_change_to_an_object_does_not_reach_its_event()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync();
        string text = "before";
        var item = new Misbehaving(() => text);
        scenario.Track(item);
        text = "after";
        await scenario.FlushAsync();
        Assert.Equal("before", Assert.Single(scenario.Emulator.Events).StringProperty("value"));
    }

    [Fact]
    public async Task In_steady_state_a_call_allocates_nothing()
    {

        // No timer goes off and so nothing is handed over meanwhile: what is measured is the call alone.
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.TimeProvider = new StoppedClock());

        // The least of ten: the end of a delivery has the buffer handed over once more, whenever its thread comes to that, and the next
        // events then go into a block that has grown for fewer.
        long least = long.MaxValue;
        for (int round = 0; round < 10; round++)
        {
            for (int i = 0; i < 200; i++)
            {
                scenario.Track(new PageViewed("/warm"));
            }

            await scenario.FlushAsync();
            for (int i = 0; i < 20; i++)
            {
                scenario.Track(new PageViewed("/warm"));
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                scenario.Track(new PageViewed("/measured"));
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    /// <summary>A clock that allocates nothing, and whose timers never go off.</summary>
    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;

        public override long GetTimestamp() => 0;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new StoppedTimer();

        private sealed class StoppedTimer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
