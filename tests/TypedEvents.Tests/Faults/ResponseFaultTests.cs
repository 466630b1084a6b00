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
        ["row 1: 200 with 40050"] = EmulatorBehavior.Respond(200, 40050),
        ["row 1: 401 with 50031"] = EmulatorBehavior.Respond(401, 50031),
        ["row 1: 500 with 50034"] = EmulatorBehavior.Respond(500, 50034),
        ["row 1: 503 with 50074"] = EmulatorBehavior.Respond(503, 50074),
        ["row 2: half of a rejection"] = EmulatorBehavior.Respond(400, 90400, new string('m', 1000)).CutHalfway(),
        ["row 2: 64 MiB, kept"] = EmulatorBehavior.RespondHuge().AfterProcessing(),
        ["row 3: 302"] = EmulatorBehavior.Respond(302).WithHeader("Location", "http://127.0.0.1:1/"),
        ["row 3: 308 that says success"] = EmulatorBehavior.Respond(308, 0),
        ["row 3: 401"] = EmulatorBehavior.Respond(401),
        ["row 3: 403"] = EmulatorBehavior.RespondRaw(403, "text/html", "<h1>Blocked</h1>"),
        ["row 3: 404"] = EmulatorBehavior.Respond(404),
        ["row 3: 405"] = EmulatorBehavior.Respond(405),
        ["row 3: 407"] = EmulatorBehavior.Respond(407),
        ["row 3: 410"] = EmulatorBehavior.Respond(410),
        ["row 4: 503 with another code"] = EmulatorBehavior.Respond(503, 55102),
        ["row 4: 500 that says success"] = EmulatorBehavior.Respond(500, 0),
        ["row 5: 413"] = EmulatorBehavior.Respond(413),
        ["row 7: 200 with another code"] = EmulatorBehavior.Respond(200, 55102),
        ["row 7: 400"] = EmulatorBehavior.Respond(400),
        ["row 7: 422"] = EmulatorBehavior.Respond(422),
        ["row 9: 200 without a body"] = EmulatorBehavior.Respond(200),
        ["row 9: 204"] = EmulatorBehavior.Respond(204),
        ["row 9: 200 with a page"] = EmulatorBehavior.RespondRaw(200, "text/html", "<h1>Sign in</h1>"),
        ["row 9: 200 with half of its JSON"] = EmulatorBehavior.RespondRaw(200, Json, "{\"code\":0"),
        ["row 9: 200 without a code"] = EmulatorBehavior.RespondRaw(200, Json, "{\"message\":\"success\"}"),
        ["row 9: 200 with a list"] = EmulatorBehavior.RespondRaw(200, Json, "[{\"code\":0}]"),
        ["row 9: 200 with a code within"] = EmulatorBehavior.RespondRaw(200, Json, "{\"data\":{\"code\":0}}"),
        ["row 10: 415"] = EmulatorBehavior.Respond(415),
        ["row 10: 418 that says success"] = EmulatorBehavior.Respond(418, 0),
    };

    public static TheoryData<string> Rows => [.. Faults.Keys];

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task What_the_server_says_for_a_while_costs_no_event(string row)
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using var clock = new PacedClock { Step = TimeSpan.FromSeconds(1) };
        await using EventTracker tracker = Trackers.Create(emulator, clock.Drive);
        emulator.Next(Faults[row], count: 3);
        for (int i = 0; i < 10; i++)
        {
            tracker.Track(new Euid(i + 1), new PageViewed($"/{i}"));
        }

        await clock.RunUntilAsync(async () => await tracker.Outbox.GetStatisticsAsync(Trackers.Cancellation) is { Delivered: 10 });
        FlushResult result = await tracker.FlushAsync(Trackers.Cancellation);

        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Equal(0, result.Outbox.DeadLetters);
        Assert.Equal(10, emulator.EventCount);
        Assert.Equal(0, emulator.ConflictCount);
        Assert.True(emulator.RequestCount >= 4);
        Trackers.AssertAccountingInvariants(result, tracked: 10);
    }

    /// <summary>A byte comes again and again, so that the attempt is never idle: only a limit of its whole time ends it.</summary>
    [Fact]
    public async Task A_response_that_comes_a_byte_a_second_is_given_up_when_the_time_of_the_attempt_is_over()
    {
        using var clock = new PacedClock { Step = TimeSpan.FromMilliseconds(10) };
        using var counter = new CountingHandler();
        using var client = new HttpClient(counter) { Timeout = Timeout.InfiniteTimeSpan };
        await using EngageLabEmulator emulator = await StartAsync(clock.Time);
        await using EventTracker tracker = Trackers.Create(emulator, options =>
        {
            clock.Drive(options);
            options.HttpClient = client;
        });
        emulator.Next(EmulatorBehavior.Respond(200, 0, new string('m', 100)).AfterProcessing().Drip(TimeSpan.FromSeconds(1)));
        tracker.Track(Trackers.Alice, new PageViewed("/"));
        Task<FlushResult> flush = tracker.FlushAsync(Trackers.Cancellation).AsTask();
        await emulator.WaitForRequestsAsync(1, Trackers.Cancellation);
        DateTimeOffset start = clock.Time.GetUtcNow();

        await clock.RunUntilEndedAsync(attempts: 1);
        int bytes = counter.BytesRead;
        FlushResult result = await clock.RunUntilAsync(flush);

        // Of over a hundred.
        Assert.InRange(bytes, 3, 60);
        Assert.InRange(emulator.Requests[1].Time - start, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(15));
        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Equal((1, 1), (emulator.EventCount, emulator.DuplicateCount));
        Trackers.AssertAccountingInvariants(result, tracked: 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_is_left_alone_by_all_lanes_for_as_long_as_it_asks(bool isDate)
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using var clock = new PacedClock { Step = TimeSpan.FromMilliseconds(500) };
        await using EventTracker tracker = Trackers.Create(emulator, clock.Drive);
        DateTimeOffset start = clock.Time.GetUtcNow();
        var pause = TimeSpan.FromMinutes(2);
        List<DateTimeOffset> times = [];
        emulator.RespondWith(_ =>
        {
            lock (times)
            {
                times.Add(clock.Time.GetUtcNow());
                return times.Count > 1 ? null : EmulatorBehavior.Respond(429).WithHeader(
                    "Retry-After",
                    isDate ? (start + pause).ToString("R", CultureInfo.InvariantCulture) : pause.TotalSeconds.ToString(CultureInfo.InvariantCulture));
            }
        });
        tracker.Track(new Euid(1), new PageViewed("/"));
        Task<FlushResult> first = tracker.FlushAsync(Trackers.Cancellation).AsTask();
        await emulator.WaitForRequestsAsync(1, Trackers.Cancellation);

        // The response has come by now, and the other lanes have something to send.
        await clock.RunUntilAsync(() => ValueTask.FromResult(clock.Time.GetUtcNow() - start > pause / 2));
        for (int i = 1; i < 8; i++)
        {
            tracker.Track(new Euid(i + 1), new PageViewed("/"));
        }

        await clock.RunUntilAsync(first);
        FlushResult result = await clock.RunUntilAsync(tracker.FlushAsync(Trackers.Cancellation).AsTask());

        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.True(times.Count > 1);
        Assert.All(times.Skip(1), time => Assert.InRange(time - start, pause, pause + TimeSpan.FromMinutes(2)));
        Trackers.AssertAccountingInvariants(result, tracked: 8);
    }

    [Fact]
    public async Task Compressed_requests_arrive_where_they_are_taken()
    {
        await using EngageLabEmulator emulator = await StartAsync(acceptGzip: true);
        await using EventTracker tracker = Trackers.Create(emulator, options => options.CompressRequests = true);
        tracker.Track(Trackers.Alice, new PageViewed("/compressed"));

        FlushResult result = await tracker.FlushAsync(Trackers.Cancellation);

        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Trackers.AssertAccountingInvariants(result, tracked: 1);
        Assert.Equal("gzip", Assert.Single(emulator.Requests).ContentEncoding);
        Assert.Contains("/compressed", Assert.Single(emulator.Events).Json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_compressed_requests_are_not_taken_they_go_again_at_once_without_and_stay_so()
    {
        await using EngageLabEmulator emulator = await StartAsync(acceptGzip: false);
        await using EventTracker tracker = Trackers.Create(emulator, options =>
        {
            options.TimeProvider = Trackers.FakeClock();
            options.CompressRequests = true;
        });
        for (int i = 0; i < 2; i++)
        {
            tracker.Track(Trackers.Alice, new PageViewed("/"));
            FlushResult result = await tracker.FlushAsync(Trackers.Cancellation);
            Assert.Equal(FlushOutcome.Settled, result.Outcome);
            Trackers.AssertAccountingInvariants(result, tracked: i + 1);
        }

        Assert.Equal([415, 200, 200], emulator.Requests.Select(request => request.Status));
        Assert.Equal(["gzip", null, null], emulator.Requests.Select(request => request.ContentEncoding));
    }

    [Fact]
    public async Task A_rejection_of_credentials_that_were_exchanged_meanwhile_means_nothing()
    {
        var serverTime = new FakeTimeProvider();
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(
            new EmulatorOptions { ApiKey = Trackers.ApiKey, ApiSecret = Trackers.ApiSecret, TimeProvider = serverTime },
            Trackers.Cancellation);
        using var logger = new CapturingLogger();
        await using EventTracker tracker = Trackers.Create(emulator, options =>
        {
            options.TimeProvider = Trackers.FakeClock();
            options.ApiSecret = "old";
            options.LoggerFactory = logger;
        });
        emulator.Next(EmulatorBehavior.Respond(401, 40050).After(TimeSpan.FromSeconds(1)));
        tracker.Track(Trackers.Alice, new PageViewed("/"));
        Task<FlushResult> flush = tracker.FlushAsync(Trackers.Cancellation).AsTask();
        await emulator.WaitForRequestsAsync(1, Trackers.Cancellation);

        tracker.UseCredentials(Trackers.ApiKey, Trackers.ApiSecret);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while (!flush.IsCompleted)
        {
            await pace.WaitForNextTickAsync(Trackers.Cancellation);
            serverTime.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(FlushOutcome.Settled, (await flush).Outcome);
        Trackers.AssertAccountingInvariants(await flush, tracked: 1);
        Assert.Equal(["401", "200"], emulator.Requests.Select(request => $"{request.Status}"));
        Assert.DoesNotContain("40050", logger.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_credentials_are_wrong_for_a_while_nothing_becomes_a_dead_letter_and_all_is_delivered_then()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using var clock = new PacedClock { Step = TimeSpan.FromSeconds(5) };
        await using EventTracker tracker = Trackers.Create(emulator, clock.Drive);
        emulator.UseCredentials("other", "other");
        for (int i = 0; i < 500; i++)
        {
            tracker.Track(new Euid(1 + (i % 50)), new PageViewed($"{i:D3}"));
        }

        Assert.Equal(FlushOutcome.Blocked, (await clock.RunUntilAsync(tracker.FlushAsync(Trackers.Cancellation).AsTask())).Outcome);
        int requests = emulator.RequestCount;
        Assert.InRange(requests, 1, 4);
        await clock.RunUntilAsync(emulator.WaitForRequestsAsync(requests + 4, Trackers.Cancellation));
        Assert.Equal(new OutboxStatistics { Appended = 500, Pending = 500 }, await tracker.Outbox.GetStatisticsAsync(Trackers.Cancellation));

        emulator.UseCredentials(Trackers.ApiKey, Trackers.ApiSecret);
        await clock.RunUntilAsync(emulator.WaitForEventsAsync(500, Trackers.Cancellation));
        FlushResult result = await clock.RunUntilAsync(tracker.FlushAsync(Trackers.Cancellation).AsTask());

        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Equal(500, result.Outbox.Delivered);
        Assert.All(
            emulator.Events.GroupBy(received => received.Euid),
            user => Assert.Equal(user.Select(PathOf).Order(StringComparer.Ordinal), user.Select(PathOf)));
        Trackers.AssertAccountingInvariants(result, tracked: 500);
    }

    private static string? PathOf(ReceivedEvent received) => received.Properties!.Value.GetProperty("path").GetString();

    private static Task<EngageLabEmulator> StartAsync(TimeProvider clock) => EngageLabEmulator.StartAsync(
        new EmulatorOptions { ApiKey = Trackers.ApiKey, ApiSecret = Trackers.ApiSecret, TimeProvider = clock },
        Trackers.Cancellation);

    private static Task<EngageLabEmulator> StartAsync(bool acceptGzip) => EngageLabEmulator.StartAsync(
        new EmulatorOptions { ApiKey = Trackers.ApiKey, ApiSecret = Trackers.ApiSecret, AcceptGzip = acceptGzip },
        Trackers.Cancellation);
}
