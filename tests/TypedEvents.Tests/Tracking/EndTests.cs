using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using TypedEvents.Emulator;

namespace TypedEvents.Tests;

/// <summary>How a tracker ends, and what it reports.</summary>
public sealed class EndTests
{
    [Theory]
    [InlineData(503)]
    [InlineData(401)]
    public async Task A_stop_with_a_memory_outbox_keeps_trying_until_its_timeout(int status)
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.ShutdownTimeout = TimeSpan.FromSeconds(30), new PacedClock());
        scenario.Emulator.Next(EmulatorBehavior.Respond(status), count: 8);
        scenario.Track(new PageViewed("/"));
        FlushResult flush = await scenario.FlushAsync();
        Assert.Equal(FlushOutcome.Blocked, flush.Outcome);

        FlushResult result = await scenario.StopAsync();

        Assert.Equal((FlushOutcome.Settled, 1, 0), (result.Outcome, result.Outbox!.Delivered, result.Outbox!.Discarded.LeftOver));
        Assert.Null(result.Problem);
    }

    [Fact]
    public async Task A_stop_with_a_memory_outbox_asks_again_for_a_user_who_got_no_EUID()
    {
        int emptyResponses = 6;
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.ShutdownTimeout = TimeSpan.FromSeconds(30), new PacedClock());
        scenario.Emulator.OmitUsers(_ => Interlocked.Decrement(ref emptyResponses) >= 0);
        scenario.Track(EngageUser.UserId("user"), new PageViewed("/"));
        FlushResult flush = await scenario.FlushAsync();
        Assert.Equal(FlushOutcome.Blocked, flush.Outcome);

        FlushResult result = await scenario.StopAsync();

        Assert.Equal((FlushOutcome.Settled, 1, 0), (result.Outcome, result.Outbox!.Delivered, result.Outbox!.Discarded.LeftOver));
        Assert.Null(result.Problem);
    }

    [Fact]
    public async Task A_stop_with_a_memory_outbox_sends_quarantined_events_again_that_failed()
    {
        int failures = int.MaxValue;
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.ShutdownTimeout = TimeSpan.FromSeconds(30), new PacedClock());
        scenario.Emulator.RespondWith(request =>
            Encoding.UTF8.GetString(request.Body.Span).Contains("/hated", StringComparison.Ordinal) && Interlocked.Decrement(ref failures) >= 0
                ? EmulatorBehavior.RespondRaw(200, "text/html", "<html>")
                : EmulatorBehavior.Normal);
        scenario.Track(Trackers.Alice, new PageViewed("/hated"));
        FlushResult flush;
        int others = 0;
        do
        {
            // An open circuit is given the time for a probe.
            DateTimeOffset later = scenario.Clock.Time.GetUtcNow() + TimeSpan.FromSeconds(10);
            await scenario.Clock.RunUntilAsync(() => ValueTask.FromResult(scenario.Clock.Time.GetUtcNow() > later));
            scenario.Track(Trackers.Bob, new PageViewed("/"));
            flush = await scenario.FlushAsync();
            Assert.InRange(++others, 1, 30);
        }
        while (flush.Problem?.Contains("quarantined", StringComparison.Ordinal) != true);

        Volatile.Write(ref failures, 4);
        FlushResult result = await scenario.StopAsync();

        Assert.Equal((FlushOutcome.Settled, others + 1, 0), (result.Outcome, result.Outbox!.Delivered, result.Outbox!.Discarded.LeftOver));
        Assert.Null(result.Problem);
    }

    [Fact]
    public async Task While_stopping_each_attempt_in_progress_ones_included_gets_half_of_the_remaining_time()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        FakeTimeProvider clock = Trackers.FakeClock();
        using EngageApi api = Trackers.CreateApi(emulator, options => options.TimeProvider = clock);
        emulator.Next(EmulatorBehavior.Hang, count: 2);
        ReadOnlyMemory<byte>[] events = [Encoding.UTF8.GetBytes("""{"event_name":"a","euid":1,"itime":1777863721000,"random_id":"r","properties":{}}""")];

        Task<EngageResponse> first = api.ReportAsync(null, events, Trackers.Cancellation);
        await emulator.WaitForRequestsAsync(1, Trackers.Cancellation);
        api.BeginEnd(TimeSpan.FromSeconds(20));
        clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(first.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(TransportError.TimedOut, (await first).TransportError);

        Task<EngageResponse> second = api.ReportAsync(null, events, Trackers.Cancellation);
        await emulator.WaitForRequestsAsync(2, Trackers.Cancellation);
        clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(second.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(TransportError.TimedOut, (await second).TransportError);

        Assert.True((await api.ReportAsync(null, events, Trackers.Cancellation)).IsAccepted);
    }

    /// <summary>By the system's clock: the first attempt gets half of the time, which is ample for the second.</summary>
    [Fact]
    public async Task A_stop_survives_a_request_that_hangs()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        EventTracker tracker = Trackers.Create(emulator, options => options.ShutdownTimeout = TimeSpan.FromSeconds(4));
        emulator.Next(EmulatorBehavior.Hang);
        tracker.Track(Trackers.Alice, new PageViewed("/"));

        FlushResult result = await tracker.StopAsync(Trackers.Cancellation);

        Assert.Equal((FlushOutcome.Settled, 1, 0), (result.Outcome, result.Outbox!.Delivered, result.Outbox!.Discarded.LeftOver));
        Trackers.AssertAccountingInvariants(result, tracked: 1);
    }

    /// <summary>Both idle connections are silently dead, as behind a router that has dropped them.</summary>
    [Fact]
    public async Task While_stopping_an_attempt_after_one_that_hung_is_made_over_a_fresh_connection()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        FakeTimeProvider clock = Trackers.FakeClock();
        using var api = new EngageApi(new EngageApiOptions
        {
            BaseAddress = new Uri($"http://127.0.0.1:{((IPEndPoint)server.LocalEndpoint).Port}"),
            AllowInsecureLoopback = true,
            ApiKey = "key",
            ApiSecret = "secret",
            TimeProvider = clock,
        });
        Task<EngageResponse>[] firsts = [ReportAsync(), ReportAsync()];
        using TcpClient one = await server.AcceptTcpClientAsync(Trackers.Cancellation);
        using TcpClient other = await server.AcceptTcpClientAsync(Trackers.Cancellation);
        Assert.True(await TryRespondAsync(one));
        Assert.True(await TryRespondAsync(other));
        Assert.All(await Task.WhenAll(firsts), response => Assert.True(response.IsAccepted));

        api.BeginEnd(TimeSpan.FromSeconds(10));
        Task<EngageResponse> hanging = ReportAsync();
        Assert.False(server.Pending());
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(TransportError.TimedOut, (await hanging).TransportError);

        Task<EngageResponse> next = ReportAsync();
        bool hasResponded = false;
        while (!hasResponded)
        {
            // The client may have opened a connection for the one that hung, too, which it has closed since.
            using TcpClient fresh = await server.AcceptTcpClientAsync(Trackers.Cancellation).AsTask().WaitAsync(TimeSpan.FromMinutes(1), Trackers.Cancellation);
            hasResponded = await TryRespondAsync(fresh);
        }

        Assert.True((await next).IsAccepted);

        Task<EngageResponse> ReportAsync() => api.ReportAsync(null, [Encoding.UTF8.GetBytes("{}")], Trackers.Cancellation);

        // Whether the client sent a request.
        static async Task<bool> TryRespondAsync(TcpClient client)
        {
            byte[] request = new byte[4096];
            int read = 0;
            while (!Encoding.ASCII.GetString(request, 0, read).EndsWith("]}", StringComparison.Ordinal))
            {
                int more = await client.GetStream().ReadAsync(request.AsMemory(read), Trackers.Cancellation);
                if (more == 0)
                {
                    return false;
                }

                read += more;
            }

            await client.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{\"code\":0}"u8.ToArray(), Trackers.Cancellation);
            return true;
        }
    }

    [Fact]
    public async Task Tracking_after_the_stop_is_logged_once()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync();
        await scenario.StopAsync();
        Assert.Empty(scenario.Log.Entries);

        Assert.Equal(TrackResult.Closed, scenario.Track(new PageViewed("/")));
        Assert.Equal(TrackResult.Closed, scenario.Track(new SignUp("pro", 3)));
        Assert.Equal(TrackResult.Closed, await scenario.TrackAsync(new PageViewed("/")));

        Assert.Equal(3, scenario.Statistics.Dropped.Closed);
        (LogLevel level, string text) = Assert.Single(scenario.Log.Entries);
        Assert.Equal(LogLevel.Warning, level);
        Assert.Contains("'page_viewed'", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dead_letters_that_are_evicted_are_logged_once()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.Outbox = new MemoryOutbox(maxDeadLetterBytes: 64 * 1024));
        scenario.Emulator.RejectEvents(rejected => rejected.EventName == "page_viewed");
        for (int i = 0; i < 4; i++)
        {
            scenario.Track(new PageViewed(new string('x', 30_000)));
        }

        scenario.Track(Trackers.Bob, new SignUp("pro", 3));
        scenario.Track(Trackers.Bob, new SignUp("pro", 4));
        await scenario.FlushAsync();
        scenario.Track(Trackers.Bob, new SignUp("pro", 5));
        FlushResult result = await scenario.StopAsync();

        Assert.True(result.Outbox!.Discarded.Evicted > 0);
        Assert.Single(scenario.Log.Entries, entry => entry.Text.Contains("evicted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stop_whose_timeout_was_too_short_says_so()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.TimeProvider = Trackers.FakeClock());
        scenario.Emulator.RespondWith(EmulatorBehavior.Hang);
        scenario.Track(new PageViewed("/"));
        FlushResult result = await scenario.AbandonAsync();
        Assert.Equal(FlushOutcome.TimedOut, result.Outcome);
        Assert.Contains("ShutdownTimeout", result.Problem, StringComparison.Ordinal);
        Assert.Contains("1 discarded", scenario.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("(null)", scenario.Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void Options_that_contradict_each_other_are_named(string expected, Action<EventTrackerOptions> contradict)
    {
        var options = new EventTrackerOptions();
        Assert.Empty(OptionContradictions.Find(options));
        contradict(options);
        Assert.Contains(expected, Assert.Single(OptionContradictions.Find(options)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tracker_whose_options_contradict_each_other_logs_one_warning()
    {
        using var logger = new CapturingLogger();
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator, options =>
        {
            options.LoggerFactory = logger;
            options.AttemptTimeout = TimeSpan.FromSeconds(10);
            options.FlushTimeout = TimeSpan.FromSeconds(5);
        });

        (LogLevel level, string text) = Assert.Single(logger.Entries);
        Assert.Equal(LogLevel.Warning, level);
        Assert.Contains("FlushTimeout (00:00:05)", text, StringComparison.Ordinal);
    }

    /// <summary>A thread with a context that runs callbacks on that thread, such as a user interface's, may wait for a tracker.</summary>
    [Fact]
    public async Task A_tracker_is_made_flushed_and_stopped_while_the_thread_of_a_context_waits()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        int posts = await OnBlockedThreadAsync(() =>
        {
            EventTracker tracker = Trackers.Create(emulator);
            tracker.Track(Trackers.Alice, new PageViewed("/"));
            Assert.Equal(TrackResult.Accepted, tracker.TrackAsync(Trackers.Alice, new PageViewed("/"), cancellationToken: Trackers.Cancellation).AsTask().GetAwaiter().GetResult());
            tracker.FlushAsync(Trackers.Cancellation).AsTask().GetAwaiter().GetResult();
            FlushResult result = tracker.StopAsync(Trackers.Cancellation).AsTask().GetAwaiter().GetResult();
            Assert.Equal(2, result.Outbox!.Delivered);
            Trackers.AssertAccountingInvariants(result, tracked: 2);
        });
        Assert.Equal(0, posts);
    }

    [Fact]
    public async Task An_outbox_that_no_tracker_takes_is_disposed_while_the_thread_of_a_context_waits()
    {
        var outbox = new FaultyOutbox(TimeProvider.System);
        await OnBlockedThreadAsync(() => Assert.ThrowsAny<ArgumentException>(() => EventTracker.Create(options => options.Outbox = outbox)));
        Assert.True(outbox.IsDisposed);
    }

    private static async Task<int> OnBlockedThreadAsync(Action action)
    {
        var context = new BlockedContext();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            SynchronizationContext.SetSynchronizationContext(context);
            try
            {
                action();
                done.SetResult();
            }
#pragma warning disable CA1031 // The test fails with it.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                done.SetException(exception);
            }
        })
        { IsBackground = true }.Start();
        await done.Task.WaitAsync(TimeSpan.FromMinutes(2), Trackers.Cancellation);
        return context.Posts;
    }

    /// <summary>A context whose thread is blocked: posted callbacks never run.</summary>
    private sealed class BlockedContext : SynchronizationContext
    {
        private int _posts;

        public int Posts => Volatile.Read(ref _posts);

        public override void Post(SendOrPostCallback d, object? state) => Interlocked.Increment(ref _posts);
    }

    public static TheoryData<string, Action<EventTrackerOptions>> Contradictions => new()
    {
        { "FlushTimeout (00:00:05)", options => options.FlushTimeout = TimeSpan.FromSeconds(5) },
        { "HttpClient (00:00:02)", options => options.HttpClient = new HttpClient { Timeout = TimeSpan.FromSeconds(2) } },
        { "MaxEventAge (00:01:00)", options => (options.MaxEventAge, options.FlushInterval) = (TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1)) },
    };

    /// <summary>The stop's thread runs the appender here, not a thread of the pool.</summary>
    [Fact]
    public async Task A_loop_that_was_woken_runs_on_whatever_thread_comes_first()
    {
        using var wake = new WakeSignal(Trackers.FakeClock());
        int? thread = null;
        Task loop = LoopAsync();
        wake.RunHere();
        await loop;
        Assert.Equal(Environment.CurrentManagedThreadId, thread);

        async Task LoopAsync()
        {
            await wake.WakeAfter(Timeout.InfiniteTimeSpan);
            thread = Environment.CurrentManagedThreadId;
        }
    }
}
