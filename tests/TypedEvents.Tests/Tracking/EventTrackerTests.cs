using TypedEvents.Emulator;

namespace TypedEvents.Tests;

public sealed class EventTrackerTests
{
    [Fact]
    public async Task A_tracked_event_arrives_as_it_was_when_it_was_tracked()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator, options => options.TimeProvider = Trackers.FakeClock());

        Assert.Equal(TrackResult.Accepted, tracker.Track(Trackers.Alice, new SignUp("pro", 3)));
        FlushResult result = await tracker.FlushAsync(Trackers.Cancellation);

        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Null(result.Problem);
        ReceivedEvent received = Assert.Single(emulator.Events);
        Assert.Equal(10000091198, received.Euid);
        Assert.Equal("sign_up", received.EventName);
        Assert.Equal(1777863721000, received.Itime);
        Assert.Equal(7, Guid.Parse(received.RandomId).Version);
        Assert.Equal("""{"plan":"pro","seats":3}""", received.Properties!.Value.GetRawText());
        Assert.Equal(1, result.Outbox.Delivered);
        Trackers.AssertAccountingInvariants(result, tracked: 1);
    }

    [Fact]
    public async Task An_event_may_say_when_it_happened_and_which_id_it_has()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator, options => options.AppKey = "app-1");
        tracker.TrackPageViewed(
            Trackers.Alice,
            "/",
            new EventContext(new DateTimeOffset(2022, 6, 1, 11, 40, 20, 772, TimeSpan.FromHours(2)), "order-\"17\""));
        await tracker.FlushAsync(Trackers.Cancellation);

        ReceivedEvent received = Assert.Single(emulator.Events);
        Assert.Equal(1654076420772, received.Itime);
        Assert.Equal("order-\"17\"", received.RandomId);
        Assert.Equal("app-1", received.AppKey);
    }

    [Fact]
    public async Task Events_of_several_types_can_stand_in_one_list()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator);
        List<IEngageEvent> events = [new SignUp("pro", 3), new PageViewed("/pricing"), new SignUp("free", 1, "friend")];

        foreach (IEngageEvent item in events)
        {
            Assert.Equal(TrackResult.Accepted, tracker.Track(Trackers.Alice, item));
        }

        FlushResult result = await tracker.FlushAsync(Trackers.Cancellation);
        Assert.Equal(["sign_up", "page_viewed", "sign_up"], emulator.Events.Select(received => received.EventName));
        Trackers.AssertAccountingInvariants(result, tracked: 3);
    }

    [Fact]
    public async Task The_generated_calls_do_the_same_without_a_record_in_sight()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator);

        Assert.Equal(TrackResult.Accepted, tracker.TrackSignUp(Trackers.Alice, plan: "pro", seats: 3));
        Assert.Equal(TrackResult.Accepted, await tracker.TrackSignUpAsync(Trackers.Bob, "free", 1, referrer: "friend", cancellationToken: Trackers.Cancellation));
        await tracker.FlushAsync(Trackers.Cancellation);

        Assert.Equal(
            ["""{"plan":"free","seats":1,"referrer":"friend"}""", """{"plan":"pro","seats":3}"""],
            emulator.Events.Select(received => received.Properties!.Value.GetRawText()).Order());
    }

    [Fact]
    public async Task Batches_are_full_while_there_is_a_backlog()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator, options => options.MaxBatchEvents = 40);
        for (int i = 0; i < 100; i++)
        {
            tracker.Track(new Euid(1 + (i % 17)), new PageViewed($"/{i}"));
        }

        FlushResult result = await tracker.FlushAsync(Trackers.Cancellation);

        Assert.Equal(100, result.Outbox.Delivered);
        Assert.All(emulator.Requests, request => Assert.InRange(request.Events.Count, 1, 40));
        Assert.Equal(100, emulator.EventCount);
        Assert.Equal(0, emulator.DuplicateCount);
    }

    [Fact]
    public async Task Batches_keep_to_their_bytes_and_a_larger_event_goes_alone()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator, options => options.MaxBatchBytes = 2000);
        tracker.Track(Trackers.Alice, new PageViewed(new string('a', 5000)));
        for (int i = 0; i < 50; i++)
        {
            tracker.Track(Trackers.Alice, new PageViewed(new string('b', 300)));
        }

        FlushResult result = await tracker.FlushAsync(Trackers.Cancellation);

        Assert.Null(result.Problem);
        Assert.Equal(51, result.Outbox.Delivered);
        Assert.Single(Assert.Single(emulator.Requests, request => request.Body.Length > 2100).Events);
        Assert.Contains(emulator.Requests, request => request.Events.Count > 1);
    }

    [Fact]
    public async Task A_quiet_tracker_sends_when_the_oldest_event_is_old_enough()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using var clock = new PacedClock();
        await using EventTracker tracker = Trackers.Create(emulator, options =>
        {
            clock.Drive(options);

            // Long enough for the delivery to have seen both by then.
            options.FlushInterval = TimeSpan.FromMinutes(1);
        });

        // TrackAsync returns when the outbox has the event; from then on only the age can make it go.
        await tracker.TrackAsync(Trackers.Alice, new PageViewed("/1"), cancellationToken: Trackers.Cancellation);
        await tracker.TrackAsync(Trackers.Bob, new PageViewed("/2"), cancellationToken: Trackers.Cancellation);
        Assert.Empty(emulator.Requests);
        await clock.RunUntilAsync(emulator.WaitForEventsAsync(2, Trackers.Cancellation));

        Assert.Single(emulator.Requests);
    }

    [Fact]
    public async Task A_users_events_arrive_in_the_order_of_the_calls_whatever_threads_they_come_from()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator);
        for (int i = 0; i < 500; i++)
        {
            int number = i;
            await Task.Run(() => tracker.Track(new Euid(1 + (number % 5)), new PageViewed($"{number:D4}")), Trackers.Cancellation);
        }

        await tracker.FlushAsync(Trackers.Cancellation);

        Assert.Equal(500, emulator.EventCount);
        foreach (IGrouping<long, ReceivedEvent> user in emulator.Events.GroupBy(received => received.Euid))
        {
            string[] paths = [.. user.Select(received => received.Properties!.Value.GetProperty("path").GetString()!)];
            Assert.Equal(paths.Order(), paths);
        }
    }

    [Fact]
    public async Task Many_threads_lose_nothing_and_double_nothing()
    {
        const int Threads = 8;
        const int PerThread = 2_000;
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator, options => options.MaxBatchEvents = 100);
        await Parallel.ForAsync(0, Threads, Trackers.Cancellation, async (thread, cancellationToken) =>
        {
            for (int i = 0; i < PerThread; i++)
            {
                TrackResult result = i % 50 == 0
                    ? await tracker.TrackAsync(new Euid(thread + 1), new PageViewed($"{thread}/{i}"), cancellationToken: cancellationToken)
                    : tracker.Track(new Euid(thread + 1), new PageViewed($"{thread}/{i}"));
                Assert.Equal(TrackResult.Accepted, result);
            }
        });

        FlushResult result = await tracker.StopAsync(Trackers.Cancellation);

        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Equal(Threads * PerThread, result.Outbox.Delivered);
        Assert.Equal(Threads * PerThread, emulator.Events.Select(received => received.Properties!.Value.GetProperty("path").GetString()).Distinct().Count());
        Assert.Equal(0, emulator.DuplicateCount);
        Trackers.AssertAccountingInvariants(result, tracked: Threads * PerThread);
    }

    [Fact]
    public async Task A_getter_that_tracks_writes_neither_into_its_own_event_nor_into_the_other()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator);
        tracker.Track(Trackers.Alice, new Misbehaving(() =>
        {
            tracker.Track(Trackers.Bob, new PageViewed("/inner"));
            return "outer";
        }));
        await tracker.FlushAsync(Trackers.Cancellation);

        Assert.Equal(
            ["""{"path":"/inner"}""", """{"value":"outer"}"""],
            emulator.Events.Select(received => received.Properties!.Value.GetRawText()).Order());
    }

    [Fact]
    public async Task A_later_change_to_an_object_does_not_reach_its_event()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator);
        string text = "before";
        var item = new Misbehaving(() => text);
        tracker.Track(Trackers.Alice, item);
        text = "after";
        await tracker.FlushAsync(Trackers.Cancellation);
        Assert.Equal("before", Assert.Single(emulator.Events).Properties!.Value.GetProperty("value").GetString());
    }

    [Fact]
    public async Task In_steady_state_a_call_allocates_nothing()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();

        // No timer goes off and so nothing is handed over meanwhile: what is measured is the call alone.
        await using EventTracker tracker = Trackers.Create(emulator, options => options.TimeProvider = new StoppedClock());

        // The least of ten: the end of a delivery has the buffer handed over once more, whenever its thread comes to that, and the next
        // events then go into a block that has grown for fewer.
        long least = long.MaxValue;
        for (int round = 0; round < 10; round++)
        {
            for (int i = 0; i < 200; i++)
            {
                tracker.Track(Trackers.Alice, new PageViewed("/warm"));
            }

            await tracker.FlushAsync(Trackers.Cancellation);
            for (int i = 0; i < 20; i++)
            {
                tracker.Track(Trackers.Alice, new PageViewed("/warm"));
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                tracker.Track(Trackers.Alice, new PageViewed("/measured"));
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public async Task An_outbox_is_told_the_address_before_it_is_used_and_may_reject_it()
    {
        var address = new Uri("https://api.example.org/");
        await using var outbox = new BoundOutbox();
        InvalidOperationException rejected = Assert.Throws<InvalidOperationException>(() => Create(outbox, new Uri("https://elsewhere.example.org/")));
        Assert.Contains("https://elsewhere.example.org/", rejected.Message, StringComparison.Ordinal);
        Assert.Equal([new Uri("https://elsewhere.example.org/")], outbox.Addresses);
        await using var right = new BoundOutbox();
        await using EventTracker tracker = Create(right, address);
        Assert.Equal([address], right.Addresses);

        static EventTracker Create(IEventOutbox outbox, Uri address) => EventTracker.Create(options =>
        {
            options.BaseAddress = address;
            options.ApiKey = "key";
            options.ApiSecret = "secret";
            options.Outbox = outbox;
        });
    }

    /// <summary>An outbox with events for one address.</summary>
    private sealed class BoundOutbox() : DelegatingOutbox(new MemoryOutbox())
    {
        public List<Uri> Addresses { get; } = [];

        public override void BindTo(OutboxTarget target)
        {
            Addresses.Add(target.BaseAddress);
            if (target.BaseAddress.Host != "api.example.org")
            {
                throw new InvalidOperationException($"The outbox has events for another address than {target.BaseAddress}.");
            }
        }
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
