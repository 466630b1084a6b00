using Microsoft.Extensions.Logging;
using TypedEvents.Emulator;

namespace TypedEvents.Tests;

/// <summary>Events that the server doesn't accept: none is lost, and each is counted.</summary>
public sealed class DeliveryTests
{
    public static TheoryData<string> PassingFaults => [.. Faults.Keys];

    private static readonly Dictionary<string, EmulatorBehavior> Faults = new()
    {
        ["408"] = EmulatorBehavior.Respond(408),
        ["425"] = EmulatorBehavior.Respond(425),
        ["429"] = EmulatorBehavior.Respond(429),
        ["500 with a code"] = EmulatorBehavior.Respond(500, 12345),
        ["503 without a body"] = EmulatorBehavior.Respond(503),
        ["503 that says success"] = EmulatorBehavior.Respond(503, 0, "success"),
        ["cut before reading"] = EmulatorBehavior.CutBeforeReading,
        ["cut after reading"] = EmulatorBehavior.Cut,
        ["lost response"] = EmulatorBehavior.LoseResponse,
        ["half a response"] = EmulatorBehavior.Respond(200, 0).AfterProcessing().CutHalfway(),
        ["huge response"] = EmulatorBehavior.RespondHuge(),
    };

    [Theory]
    [MemberData(nameof(PassingFaults))]
    public async Task After_a_transient_fault_each_event_arrives_under_a_single_id(string fault)
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(clock: new PacedClock());
        scenario.Emulator.Next(Faults[fault], count: 3);
        for (int i = 0; i < 10; i++)
        {
            scenario.Track(new Euid(i + 1), new PageViewed($"/{i}"));
        }

        FlushResult result = await scenario.FlushAsync();

        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Equal(10, result.Outbox!.Delivered);
        Assert.Equal(10, scenario.Emulator.EventCount);
        Assert.Equal(0, scenario.Emulator.ConflictCount);
        Assert.InRange(scenario.Emulator.RequestCount, 4, 10);
    }

    [Fact]
    public async Task A_request_to_a_server_that_hangs_is_retried_after_its_timeout()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(clock: new PacedClock());
        scenario.Emulator.Next(EmulatorBehavior.Hang);
        scenario.Track(new PageViewed("/"));
        Task<FlushResult> flush = scenario.BeginFlush();
        await scenario.Emulator.WaitForRequestsAsync(1, Trackers.Cancellation);

        await scenario.Clock.RunUntilEndedAsync(attempts: 1);
        FlushResult result = await scenario.Clock.RunUntilAsync(flush);

        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Equal(2, scenario.Emulator.RequestCount);
    }

    [Fact]
    public async Task A_flush_ends_after_its_timeout_and_says_so()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.FlushTimeout = TimeSpan.FromSeconds(5), new PacedClock());
        scenario.Emulator.RespondWith(EmulatorBehavior.Hang);
        scenario.Track(new PageViewed("/"));
        Task<FlushResult> flush = scenario.BeginFlush();
        await scenario.Emulator.WaitForRequestsAsync(1, Trackers.Cancellation);

        FlushResult result = await scenario.Clock.RunUntilAsync(flush, isServerHanging: true);

        Assert.Equal(FlushOutcome.TimedOut, result.Outcome);
        Assert.Equal(1, result.Outbox!.Pending);
    }

    [Fact]
    public async Task A_flush_ends_when_requests_fail_one_after_the_other_and_says_why()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(clock: new PacedClock());
        scenario.Emulator.RespondWith(EmulatorBehavior.Respond(503));
        scenario.Track(new PageViewed("/"));

        FlushResult result = await scenario.FlushAsync();

        Assert.Equal(FlushOutcome.Blocked, result.Outcome);
        Assert.Contains("503", result.Problem, StringComparison.Ordinal);
        Assert.Equal(5, scenario.Emulator.RequestCount);
        Assert.Equal(1, result.Outbox!.Pending);
    }

    [Theory]
    [InlineData(401, 40050, "ApiKey", true)]
    [InlineData(200, 50074, "API data source", true)]
    [InlineData(400, 90400, "rejected the content", false)]
    [InlineData(200, 55102, "rejected the content", false)]
    [InlineData(413, null, "too large", false)]
    public async Task A_fault_that_waiting_does_not_fix_ends_a_flush_at_once_and_the_events_stay_pending(int status, int? code, string problem, bool isLogged)
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(clock: new PacedClock());
        scenario.Emulator.RespondWith(code is { } number ? EmulatorBehavior.Respond(status, number) : EmulatorBehavior.Respond(status));
        scenario.Track(new PageViewed("/"));

        // No clock runs: the flush doesn't wait for its timeout.
        FlushResult blocked = await scenario.BeginFlush();
        Assert.Equal(FlushOutcome.Blocked, blocked.Outcome);
        Assert.Contains(problem, blocked.Problem, StringComparison.Ordinal);
        Assert.Equal(1, blocked.Outbox!.Pending);
        Assert.Equal(isLogged ? 1 : 0, scenario.Log.Entries.Count(entry => entry.Level == LogLevel.Error && entry.Text.Contains(problem, StringComparison.Ordinal)));

        scenario.Emulator.RespondNormally();
        await scenario.RunUntilRequestsAsync(2);
        Assert.Equal(FlushOutcome.Settled, (await scenario.FlushAsync()).Outcome);
        Assert.Equal(isLogged, scenario.Log.Entries.Any(entry => entry.Text.Contains("delivered again", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(302, "Redirects")]
    [InlineData(404, "BaseAddress")]
    public async Task After_five_responses_that_suggest_a_wrong_configuration_one_request_at_a_time_is_tried(int status, string problem)
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(clock: new PacedClock());
        scenario.Emulator.RespondWith(EmulatorBehavior.Respond(status));
        scenario.Track(new PageViewed("/"));

        FlushResult blocked = await scenario.FlushAsync();

        Assert.Equal(FlushOutcome.Blocked, blocked.Outcome);
        Assert.Contains(problem, blocked.Problem, StringComparison.Ordinal);
        Assert.Equal(5, scenario.Emulator.RequestCount);
        Assert.Single(scenario.Log.Entries, entry => entry.Level == LogLevel.Error && entry.Text.Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Replaced_credentials_are_used_at_once()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options =>
        {
            options.TimeProvider = Trackers.FakeClock();
            options.ApiSecret = "old";
        });
        scenario.Track(new PageViewed("/"));
        Assert.Equal(FlushOutcome.Blocked, (await scenario.FlushAsync()).Outcome);

        scenario.Tracker.UseCredentials(Trackers.ApiKey, Trackers.ApiSecret);
        FlushResult result = await scenario.FlushAsync();

        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Equal(1, result.Outbox!.Delivered);
    }

    [Fact]
    public async Task A_stop_with_a_server_that_hangs_ends_at_its_deadline_and_counts_what_is_left()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options =>
        {
            options.ShutdownTimeout = TimeSpan.FromSeconds(5);

            // No batch is full: what is sent is sent because of the stop, whose deadline has begun by then.
            options.MaxBatchEvents = 1000;
        }, new PacedClock());
        scenario.Emulator.RespondWith(EmulatorBehavior.Hang);
        for (int i = 0; i < 999; i++)
        {
            scenario.Track(new Euid(i + 1), new PageViewed("/"));
        }

        DateTimeOffset began = scenario.Clock.Time.GetUtcNow();
        Task<FlushResult> stop = scenario.BeginStop();
        await scenario.Emulator.WaitForRequestsAsync(1, Trackers.Cancellation);
        FlushResult result = await scenario.Clock.RunUntilAsync(stop, isServerHanging: true);

        Assert.True(scenario.Clock.Time.GetUtcNow() - began >= TimeSpan.FromSeconds(5));
        Assert.Equal(FlushOutcome.TimedOut, result.Outcome);
        Assert.Equal(999, result.Outbox!.Discarded.LeftOver);
        Assert.Contains("999 discarded", scenario.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_that_is_cancelled_ends_at_once_and_counts_what_is_left()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.TimeProvider = Trackers.FakeClock());
        scenario.Emulator.RespondWith(EmulatorBehavior.Hang);
        scenario.Track(new PageViewed("/"));
        FlushResult result = await scenario.AbandonAsync();
        Assert.Equal(FlushOutcome.TimedOut, result.Outcome);
        Assert.Equal(1, result.Outbox!.Discarded.LeftOver);
    }

    [Fact]
    public async Task A_stop_gives_the_outbox_all_that_was_buffered_even_when_nothing_can_be_delivered()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options =>
        {
            options.ApiSecret = "wrong";
            options.ShutdownTimeout = TimeSpan.FromSeconds(1);
        });
        for (int i = 0; i < 500; i++)
        {
            scenario.Track(new Euid(i + 1), new PageViewed("/"));
        }

        FlushResult result = await scenario.StopAsync();
        Assert.Contains("ApiKey", result.Problem, StringComparison.Ordinal);

        Assert.Equal(FlushOutcome.Blocked, result.Outcome);
        Assert.Equal(0, result.Tracker.Dropped.AtShutdown);
        Assert.Equal(500, result.Outbox!.Discarded.LeftOver);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Events_that_the_outbox_does_not_accept_by_the_deadline_are_counted_as_dropped_at_shutdown(bool throws)
    {
        var clock = new PacedClock();
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options =>
        {
            options.ShutdownTimeout = TimeSpan.FromSeconds(5);
            options.Outbox = new BlockableOutbox(new MemoryOutbox(timeProvider: clock.Time)) { IsOpen = false, Failure = throws ? new IOException("disk gone") : null };
        }, clock);
        scenario.Track(new PageViewed("/"));
        Task<TrackResult> waiting = scenario.TrackAsync(Trackers.Bob, new PageViewed("/"), cancellationToken: Trackers.Cancellation).AsTask();
        Assert.Equal(2, scenario.Statistics.Buffered);

        FlushResult result = await scenario.StopAsync();

        Assert.Equal(2, result.Tracker.Dropped.AtShutdown);
        Assert.Equal(0, result.Tracker.Buffered);
        Assert.Equal(TrackResult.Closed, await waiting);
        Assert.Contains(throws ? "disk gone" : "no room", scenario.Log.Text, StringComparison.Ordinal);
        Assert.Contains(throws ? "disk gone" : "no room", result.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("allow more time", result.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_outbox_that_fails_for_a_while_gets_all_events_later()
    {
        var clock = new PacedClock();
        var outbox = new BlockableOutbox(new MemoryOutbox(timeProvider: clock.Time)) { IsOpen = false, Failure = new IOException("disk gone") };
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.Outbox = outbox, clock);
        for (int i = 0; i < 100; i++)
        {
            scenario.Track(new PageViewed($"{i:D3}"));
        }

        Assert.Equal(100, scenario.Statistics.Buffered);
        clock.Time.Advance(TimeSpan.FromMilliseconds(5));
        Assert.Equal(TimeSpan.FromMilliseconds(5), scenario.Statistics.OldestBufferedAge);
        outbox.IsOpen = true;
        await scenario.RunUntilRequestsAsync(1);
        FlushResult result = await scenario.FlushAsync();

        Assert.Equal(100, result.Outbox!.Delivered);
        Assert.Equal(TimeSpan.Zero, result.Tracker.OldestBufferedAge);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i:D3}"), scenario.Emulator.Events.Select(received => received.StringProperty("path")));
    }

    [Fact]
    public async Task Producers_that_outrun_the_server_get_BufferFull_and_memory_stays_within_its_limits()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options =>
        {
            options.BufferBytes = 64 * 1024;
            options.Outbox = new MemoryOutbox(128 * 1024);
        });
        scenario.Emulator.RespondWith(EmulatorBehavior.Hang);
        string path = new('p', 1000);
        Dictionary<TrackResult, int> results = [];
        for (int i = 0; i < 5_000; i++)
        {
            TrackResult result = scenario.Track(new Euid(i + 1), new PageViewed(path));
            results[result] = results.GetValueOrDefault(result) + 1;
        }

        TrackerStatistics statistics = scenario.Statistics;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"5,000 events of 1 kB: {statistics.Buffered} in a buffer of 64 KiB, {statistics.Appended} in an outbox of 128 KiB, {statistics.Dropped.BufferFull} rejected");
        Assert.Equal(5_000, statistics.Tracked);
        Assert.Equal(statistics.Tracked, statistics.Buffered + statistics.Appended + statistics.Dropped.Total);
        Assert.Equal(results[TrackResult.BufferFull], statistics.Dropped.BufferFull);
        Assert.True((statistics.Buffered + statistics.Appended) * 1000 < 300 * 1024);

        await scenario.AbandonAsync();
    }

    [Fact]
    public async Task A_flush_can_be_cancelled_and_the_events_stay_in_the_outbox()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.TimeProvider = Trackers.FakeClock());
        scenario.Emulator.Next(EmulatorBehavior.Hang);
        await scenario.TrackAsync(new PageViewed("/"));
        using var cancellation = new CancellationTokenSource();
        Task<FlushResult> flush = scenario.Tracker.FlushAsync(cancellation.Token).AsTask();
        await scenario.Emulator.WaitForRequestsAsync(1, Trackers.Cancellation);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flush);
        Assert.Equal(1, scenario.Statistics.Appended);
    }
}
