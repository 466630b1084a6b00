using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using TypedEvents.Emulator;

namespace TypedEvents.Tests;

/// <summary>Every row of docs/reference/responses.md on a real connection, for a while, and what is left of it: nothing.</summary>
public sealed class ResponseFaultTests
{
    private const string Json = "application/json";

    private static readonly Dictionary<string, EmulatorBehavior> Faults = new()
    {
        ["configuration: 200 with 40050"] = EmulatorBehavior.Respond(200, 40050),
        ["configuration: 401 with 50031"] = EmulatorBehavior.Respond(401, 50031),
        ["configuration: 500 with 50034"] = EmulatorBehavior.Respond(500, 50034),
        ["configuration: 503 with 50074"] = EmulatorBehavior.Respond(503, 50074),
        ["cut off: half of a rejection"] = EmulatorBehavior.Respond(400, 90400, new string('m', 1000)).CutHalfway(),
        ["cut off: 64 MiB, after processing"] = EmulatorBehavior.RespondHuge().AfterProcessing(),
        ["probably the configuration: 302"] = EmulatorBehavior.Respond(302).WithHeader("Location", "http://127.0.0.1:1/"),
        ["probably the configuration: 308 that says success"] = EmulatorBehavior.Respond(308, 0),
        ["probably the configuration: 401"] = EmulatorBehavior.Respond(401),
        ["probably the configuration: 403"] = EmulatorBehavior.RespondRaw(403, "text/html", "<h1>Blocked</h1>"),
        ["probably the configuration: 404"] = EmulatorBehavior.Respond(404),
        ["probably the configuration: 405"] = EmulatorBehavior.Respond(405),
        ["probably the configuration: 407"] = EmulatorBehavior.Respond(407),
        ["probably the configuration: 410"] = EmulatorBehavior.Respond(410),
        ["server failure: 503 with another code"] = EmulatorBehavior.Respond(503, 55102),
        ["server failure: 500 that says success"] = EmulatorBehavior.Respond(500, 0),
        ["too large: 413"] = EmulatorBehavior.Respond(413),
        ["content rejected: 200 with another code"] = EmulatorBehavior.Respond(200, 55102),
        ["content rejected: 400"] = EmulatorBehavior.Respond(400),
        ["content rejected: 422"] = EmulatorBehavior.Respond(422),
        ["not a response of EngageLab: 200 without a body"] = EmulatorBehavior.Respond(200),
        ["not a response of EngageLab: 204"] = EmulatorBehavior.Respond(204),
        ["not a response of EngageLab: 200 with a page"] = EmulatorBehavior.RespondRaw(200, "text/html", "<h1>Sign in</h1>"),
        ["not a response of EngageLab: 200 with half of its JSON"] = EmulatorBehavior.RespondRaw(200, Json, "{\"code\":0"),
        ["not a response of EngageLab: 200 without a code"] = EmulatorBehavior.RespondRaw(200, Json, "{\"message\":\"success\"}"),
        ["not a response of EngageLab: 200 with a list"] = EmulatorBehavior.RespondRaw(200, Json, "[{\"code\":0}]"),
        ["not a response of EngageLab: 200 with a code within"] = EmulatorBehavior.RespondRaw(200, Json, "{\"data\":{\"code\":0}}"),
        ["unexpected status: 415"] = EmulatorBehavior.Respond(415),
        ["unexpected status: 418 that says success"] = EmulatorBehavior.Respond(418, 0),
    };

    public static TheoryData<string> FaultNames => [.. Faults.Keys];

    [Theory]
    [MemberData(nameof(FaultNames))]
    public async Task A_fault_that_lasts_for_a_while_loses_no_event(string fault)
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(clock: new PacedClock { Step = TimeSpan.FromSeconds(1) });
        scenario.Emulator.Next(Faults[fault], count: 3);
        for (int i = 0; i < 10; i++)
        {
            scenario.Track(new Euid(i + 1), new PageViewed($"/{i}"));
        }

        await scenario.RunUntilOutboxAsync(statistics => statistics is { Delivered: 10 });
        FlushResult result = await scenario.FlushAsync();

        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Equal(0, result.Outbox!.DeadLetters);
        Assert.Equal(10, scenario.Emulator.EventCount);
        Assert.Equal(0, scenario.Emulator.ConflictCount);
        Assert.True(scenario.Emulator.RequestCount >= 4);
    }

    /// <summary>A byte comes again and again, so that the attempt is never idle: only a limit of its whole time ends it.</summary>
    [Fact]
    public async Task A_response_that_arrives_a_byte_a_second_is_abandoned_when_the_attempt_times_out()
    {
        var clock = new PacedClock { Step = TimeSpan.FromMilliseconds(10) };
        using var counter = new CountingHandler();
        using var client = new HttpClient(counter) { Timeout = Timeout.InfiniteTimeSpan };
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.HttpClient = client, clock, await StartAsync(clock.Time));
        scenario.Emulator.Next(EmulatorBehavior.Respond(200, 0, new string('m', 100)).AfterProcessing().Drip(TimeSpan.FromSeconds(1)));
        scenario.Track(new PageViewed("/"));
        Task<FlushResult> flush = scenario.BeginFlush();
        await scenario.Emulator.WaitForRequestsAsync(1, Trackers.Cancellation);
        DateTimeOffset start = scenario.Clock.Time.GetUtcNow();

        await scenario.Clock.RunUntilEndedAsync(attempts: 1);
        int bytes = counter.BytesRead;
        FlushResult result = await scenario.Clock.RunUntilAsync(flush);

        // Of over a hundred.
        Assert.InRange(bytes, 3, 60);
        Assert.InRange(scenario.Emulator.Requests[1].Time - start, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(15));
        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Equal((1, 1), (scenario.Emulator.EventCount, scenario.Emulator.DuplicateCount));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_lane_sends_before_the_time_that_Retry_After_gives(bool isDate)
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(clock: new PacedClock { Step = TimeSpan.FromMilliseconds(500) });
        DateTimeOffset start = scenario.Clock.Time.GetUtcNow();
        var pause = TimeSpan.FromMinutes(2);
        List<DateTimeOffset> times = [];
        scenario.Emulator.RespondWith(_ =>
        {
            lock (times)
            {
                times.Add(scenario.Clock.Time.GetUtcNow());
                return times.Count > 1 ? null : EmulatorBehavior.Respond(429).WithHeader(
                    "Retry-After",
                    isDate ? (start + pause).ToString("R", CultureInfo.InvariantCulture) : pause.TotalSeconds.ToString(CultureInfo.InvariantCulture));
            }
        });
        scenario.Track(new Euid(1), new PageViewed("/"));
        Task<FlushResult> first = scenario.BeginFlush();
        await scenario.Emulator.WaitForRequestsAsync(1, Trackers.Cancellation);

        // The response has arrived by now, and the other lanes have events to send.
        await scenario.Clock.RunUntilAsync(() => ValueTask.FromResult(scenario.Clock.Time.GetUtcNow() - start > pause / 2));
        for (int i = 1; i < 8; i++)
        {
            scenario.Track(new Euid(i + 1), new PageViewed("/"));
        }

        await scenario.Clock.RunUntilAsync(first);
        FlushResult result = await scenario.FlushAsync();

        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.True(times.Count > 1);
        Assert.All(times.Skip(1), time => Assert.InRange(time - start, pause, pause + TimeSpan.FromMinutes(2)));
    }

    [Fact]
    public async Task Compressed_requests_arrive_if_the_server_accepts_them()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.CompressRequests = true, emulator: await StartAsync(acceptGzip: true));
        scenario.Track(new PageViewed("/compressed"));

        FlushResult result = await scenario.FlushAsync();

        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Equal("gzip", Assert.Single(scenario.Emulator.Requests).ContentEncoding);
        Assert.Contains("/compressed", Assert.Single(scenario.Emulator.Events).Json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_rejected_compressed_request_all_are_sent_uncompressed_beginning_with_that_one()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options =>
        {
            options.TimeProvider = Trackers.FakeClock();
            options.CompressRequests = true;
        }, emulator: await StartAsync(acceptGzip: false));
        for (int i = 0; i < 2; i++)
        {
            scenario.Track(new PageViewed("/"));
            FlushResult result = await scenario.FlushAsync();
            Assert.Equal(FlushOutcome.Settled, result.Outcome);
        }

        Assert.Equal([415, 200, 200], scenario.Emulator.Requests.Select(request => request.Status));
        Assert.Equal(["gzip", null, null], scenario.Emulator.Requests.Select(request => request.ContentEncoding));
    }

    [Fact]
    public async Task A_rejection_of_credentials_that_have_been_replaced_since_is_ignored()
    {
        var serverTime = new FakeTimeProvider();
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options =>
        {
            options.TimeProvider = Trackers.FakeClock();
            options.ApiSecret = "old";
        }, emulator: await EngageLabEmulator.StartAsync(
            new EmulatorOptions { ApiKey = Trackers.ApiKey, ApiSecret = Trackers.ApiSecret, TimeProvider = serverTime },
            Trackers.Cancellation));
        scenario.Emulator.Next(EmulatorBehavior.Respond(401, 40050).After(TimeSpan.FromSeconds(1)));
        scenario.Track(new PageViewed("/"));
        Task<FlushResult> flush = scenario.BeginFlush();
        await scenario.Emulator.WaitForRequestsAsync(1, Trackers.Cancellation);

        scenario.Tracker.UseCredentials(Trackers.ApiKey, Trackers.ApiSecret);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while (!flush.IsCompleted)
        {
            await pace.WaitForNextTickAsync(Trackers.Cancellation);
            serverTime.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(FlushOutcome.Settled, (await flush).Outcome);
        await flush;
        Assert.Equal(["401", "200"], scenario.Emulator.Requests.Select(request => $"{request.Status}"));
        Assert.DoesNotContain("40050", scenario.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_credentials_are_wrong_nothing_becomes_a_dead_letter_and_all_is_delivered_afterwards()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(clock: new PacedClock { Step = TimeSpan.FromSeconds(5) });
        scenario.Emulator.UseCredentials("other", "other");
        for (int i = 0; i < 500; i++)
        {
            scenario.Track(new Euid(1 + (i % 50)), new PageViewed($"{i:D3}"));
        }

        Assert.Equal(FlushOutcome.Blocked, (await scenario.FlushAsync()).Outcome);
        int requests = scenario.Emulator.RequestCount;
        Assert.InRange(requests, 1, 4);
        await scenario.RunUntilRequestsAsync(requests + 4);
        Assert.Equal(new OutboxStatistics { Appended = 500, Pending = 500 }, await scenario.GetOutboxStatisticsAsync() with { OldestPendingAt = null });

        scenario.Emulator.UseCredentials(Trackers.ApiKey, Trackers.ApiSecret);
        await scenario.RunUntilEventsAsync(500);
        FlushResult result = await scenario.FlushAsync();

        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Equal(500, result.Outbox!.Delivered);
        Assert.All(
            scenario.Emulator.Events.GroupBy(received => received.Euid),
            user => Assert.Equal(user.Select(PathOf).Order(StringComparer.Ordinal), user.Select(PathOf)));
    }

    private static string? PathOf(ReceivedEvent received) => received.Properties!.Value.GetProperty("path").GetString();

    private static Task<EngageLabEmulator> StartAsync(TimeProvider clock) => EngageLabEmulator.StartAsync(
        new EmulatorOptions { ApiKey = Trackers.ApiKey, ApiSecret = Trackers.ApiSecret, TimeProvider = clock },
        Trackers.Cancellation);

    private static Task<EngageLabEmulator> StartAsync(bool acceptGzip) => EngageLabEmulator.StartAsync(
        new EmulatorOptions { ApiKey = Trackers.ApiKey, ApiSecret = Trackers.ApiSecret, AcceptGzip = acceptGzip },
        Trackers.Cancellation);
}
