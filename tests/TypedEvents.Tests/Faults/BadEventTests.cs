using TypedEvents.Emulator;

namespace TypedEvents.Tests;

/// <summary>Events that the server rejects permanently don't stop the others, and become dead letters with the reason.</summary>
public sealed class BadEventTests
{
    [Fact]
    public async Task A_bad_event_becomes_a_dead_letter_with_its_reason_and_can_be_replayed_under_its_id()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(clock: new PacedClock());
        scenario.Emulator.RejectEvents(received => IsPath(received, "/13"), status: 200, code: 55102, message: "no such property");
        for (int i = 0; i < 20; i++)
        {
            scenario.Track(new PageViewed($"/{i}"));
        }

        FlushResult result = await scenario.FlushAsync();
        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Equal((19, 1), (result.Outbox!.Delivered, result.Outbox!.DeadLetters));
        StoredEvent letter = Assert.Single(await scenario.ListDeadLettersAsync());
        Assert.Equal(new DeadLetterReason(DeadLetterKind.Rejected, 55102, "no such property"), letter.Reason);
        Assert.Equal("page_viewed", letter.EventName);
        Assert.Equal(Enumerable.Range(0, 20).Where(i => i != 13).Select(i => $"/{i}"), scenario.Emulator.Events.Select(PathOf));

        scenario.Emulator.RejectEvents(null);
        Assert.Equal(1, await scenario.Outbox.ReplayAsync(OutboxQuery.DeadLetters, Trackers.Cancellation));
        result = await scenario.FlushAsync();
        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Equal(20, result.Outbox!.Delivered);
        Assert.Equal(System.Text.Encoding.UTF8.GetString(letter.Json.Span), scenario.Emulator.Events[^1].Json);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task With_nothing_left_but_a_quarantined_event_a_flush_and_a_stop_do_not_wait(bool stops)
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.TimeProvider = Trackers.FakeClock());
        scenario.Emulator.RejectEvents(received => IsPath(received, "/bad"));
        scenario.Track(new PageViewed("/bad"));

        // No clock runs: neither waits for its timeout.
        FlushResult result = stops ? await scenario.BeginStop() : await scenario.BeginFlush();

        Assert.Equal(FlushOutcome.Blocked, result.Outcome);
        Assert.Contains("rejected", result.Problem, StringComparison.Ordinal);
        Assert.Equal((0, 1), (result.Outbox!.DeadLetters, result.Outbox!.Pending + result.Outbox!.Discarded.LeftOver));
    }

    [Fact]
    public async Task A_name_that_is_always_rejected_is_held_does_not_slow_the_others_and_is_set_free_when_it_is_accepted()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(clock: new PacedClock { Step = TimeSpan.FromMilliseconds(500) });
        scenario.Emulator.RejectEvents(received => received.EventName == "rejected_name", code: 40001, message: "unknown event");
        const int Rounds = 40;

        // To find each of the forty that are rejected would cost ten requests; to find five and then the name costs less than a hundred.
        const int MostRequests = 120;
        for (int i = 0; i < Rounds; i++)
        {
            var user = new Euid(1 + (i % 7));
            scenario.Track(user, new PageViewed("/"));
            scenario.Track(user, new SignUp("pro", i));
            scenario.Track(user, new RejectedName(i));
            scenario.Track(user, new Measured(i, i));
            scenario.Track(user, new Downloaded(i));
        }

        await scenario.RunUntilEventsAsync(4 * Rounds);
        int requests = scenario.Emulator.RequestCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"{requests} requests until all events of the other names had arrived");
        Assert.InRange(requests, 2, MostRequests);
        FlushResult result = await scenario.FlushAsync();

        Assert.Equal(FlushOutcome.Blocked, result.Outcome);

        // One a minute is tried: right after that, what the server said of it is the problem.
        Assert.Matches("rejected_name|unknown event", result.Problem);
        Assert.Equal(4 * Rounds, result.Outbox!.Delivered);
        Assert.InRange(result.Outbox!.DeadLetters, 5, 10);
        Assert.Equal(Rounds, result.Outbox!.DeadLetters + result.Outbox!.Pending);
        IReadOnlyList<StoredEvent> letters = await scenario.ListDeadLettersAsync();
        Assert.All(letters, letter => Assert.Equal(("rejected_name", 40001, "unknown event"), (letter.EventName, letter.Reason?.Code, letter.Reason?.Message)));

        scenario.Emulator.RejectEvents(null);
        long dead = result.Outbox!.DeadLetters;
        await scenario.RunUntilOutboxAsync(statistics => statistics is { Pending: 0 });
        result = await scenario.FlushAsync();
        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.InRange(result.Outbox!.Delivered, (5 * Rounds) - dead - 1, (5 * Rounds) - dead);
    }

    [Fact]
    public async Task What_is_too_large_together_goes_in_smaller_requests_and_what_is_too_large_alone_becomes_a_dead_letter()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(clock: new PacedClock(), emulator: await EngageLabEmulator.StartAsync(
            new EmulatorOptions { ApiKey = Trackers.ApiKey, ApiSecret = Trackers.ApiSecret, MaxRequestBytes = 8 * 1024 },
            Trackers.Cancellation));
        for (int i = 0; i < 60; i++)
        {
            scenario.Track(new PageViewed(new string('x', i == 30 ? 10_000 : 500)));
        }

        FlushResult result = await scenario.FlushAsync();

        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Equal((59, 1), (result.Outbox!.Delivered, result.Outbox!.DeadLetters));
        Assert.InRange(scenario.Emulator.RequestCount, 8, 40);
    }

    [Fact]
    public async Task Past_the_age_limit_an_event_becomes_a_dead_letter_though_the_server_never_worked()
    {
        var clock = new PacedClock { Step = TimeSpan.FromSeconds(5) };
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options =>
        {
            options.MaxEventAge = TimeSpan.FromMinutes(10);
            options.Outbox = new MemoryOutbox(timeProvider: clock.Time);
        }, clock);
        scenario.Emulator.RespondWith(EmulatorBehavior.Respond(503));
        scenario.Track(Trackers.Alice, new PageViewed("/old"), new EventContext(OccurredAt: clock.Time.GetUtcNow().AddYears(1)));
        DateTimeOffset start = clock.Time.GetUtcNow();
        await clock.RunUntilAsync(() => ValueTask.FromResult(clock.Time.GetUtcNow() - start > TimeSpan.FromMinutes(8)));
        scenario.Track(Trackers.Alice, new PageViewed("/young"), new EventContext(OccurredAt: clock.Time.GetUtcNow().AddYears(-1)));

        await clock.RunUntilAsync(async () => await scenario.Outbox.CountAsync(OutboxQuery.DeadLetters, Trackers.Cancellation) > 0);

        Assert.InRange(clock.Time.GetUtcNow() - start, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(12));
        StoredEvent letter = Assert.Single(await scenario.ListDeadLettersAsync());
        Assert.Equal(DeadLetterKind.Expired, letter.Reason?.Kind);
        scenario.Emulator.RespondNormally();
        await scenario.RunUntilEventsAsync(1);
        Assert.Equal("/young", PathOf(Assert.Single(scenario.Emulator.Events)));
        FlushResult result = await scenario.FlushAsync();
        Assert.Equal((1, 1), (result.Outbox!.Delivered, result.Outbox!.DeadLetters));
    }

    private static string? PathOf(ReceivedEvent received) => received.Properties!.Value.GetProperty("path").GetString();

    private static bool IsPath(ReceivedEvent received, string path) => PathOf(received) == path;
}

[EngageEvent("rejected_name")]
public readonly partial record struct RejectedName(int Number);

[EngageEvent("downloaded")]
public readonly partial record struct Downloaded(int Number);
