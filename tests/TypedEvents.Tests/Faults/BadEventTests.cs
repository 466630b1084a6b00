using TypedEvents.Emulator;

namespace TypedEvents.Tests;

/// <summary>Events that the server rejects permanently don't stop the others, and become dead letters with the reason.</summary>
public sealed class BadEventTests
{
    [Fact]
    public async Task A_bad_event_becomes_a_dead_letter_with_its_reason_and_can_be_replayed_under_its_id()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using var clock = new PacedClock();
        await using EventTracker tracker = Trackers.Create(emulator, clock.Drive);
        emulator.RejectEvents(received => IsPath(received, "/13"), status: 200, code: 55102, message: "no such property");
        for (int i = 0; i < 20; i++)
        {
            tracker.Track(Trackers.Alice, new PageViewed($"/{i}"));
        }

        FlushResult result = await clock.RunUntilAsync(tracker.FlushAsync(Trackers.Cancellation).AsTask());
        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Equal((19, 1), (result.Outbox.Delivered, result.Outbox.DeadLetters));
        Trackers.AssertAccountingInvariants(result, tracked: 20);
        StoredEvent letter = Assert.Single(await tracker.Outbox.ListAsync(OutboxQuery.DeadLetters, 10, Trackers.Cancellation));
        Assert.Equal(new DeadLetterReason(DeadLetterKind.Rejected, 55102, "no such property"), letter.Reason);
        Assert.Equal("page_viewed", letter.EventName);
        Assert.Equal(Enumerable.Range(0, 20).Where(i => i != 13).Select(i => $"/{i}"), emulator.Events.Select(PathOf));

        emulator.RejectEvents(null);
        Assert.Equal(1, await tracker.Outbox.ReplayAsync(OutboxQuery.DeadLetters, Trackers.Cancellation));
        result = await clock.RunUntilAsync(tracker.FlushAsync(Trackers.Cancellation).AsTask());
        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Equal(20, result.Outbox.Delivered);
        Assert.Equal(System.Text.Encoding.UTF8.GetString(letter.Json.Span), emulator.Events[^1].Json);
        Trackers.AssertAccountingInvariants(result, tracked: 20);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task With_nothing_left_but_a_quarantined_event_a_flush_and_a_stop_do_not_wait(bool stops)
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        EventTracker tracker = Trackers.Create(emulator, options => options.TimeProvider = Trackers.FakeClock());
        emulator.RejectEvents(received => IsPath(received, "/bad"));
        tracker.Track(Trackers.Alice, new PageViewed("/bad"));

        // No clock runs: neither waits for its timeout.
        FlushResult result = stops ? await tracker.StopAsync(Trackers.Cancellation) : await tracker.FlushAsync(Trackers.Cancellation);

        Assert.Equal(FlushOutcome.Blocked, result.Outcome);
        Assert.Contains("rejected", result.Problem, StringComparison.Ordinal);
        Assert.Equal((0, 1), (result.Outbox.DeadLetters, result.Outbox.Pending + result.Outbox.Discarded.LeftOver));
        Trackers.AssertAccountingInvariants(result, tracked: 1);
        await tracker.StopAsync(new CancellationToken(canceled: true));
    }

    [Fact]
    public async Task A_name_that_is_always_rejected_is_held_does_not_slow_the_others_and_is_set_free_when_it_is_accepted()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using var clock = new PacedClock { Step = TimeSpan.FromMilliseconds(500) };
        await using EventTracker tracker = Trackers.Create(emulator, clock.Drive);
        emulator.RejectEvents(received => received.EventName == "rejected_name", code: 40001, message: "unknown event");
        const int Rounds = 40;

        // To find each of the forty that are rejected would cost ten requests; to find five and then the name costs less than a hundred.
        const int MostRequests = 120;
        for (int i = 0; i < Rounds; i++)
        {
            var user = new Euid(1 + (i % 7));
            tracker.Track(user, new PageViewed("/"));
            tracker.Track(user, new SignUp("pro", i));
            tracker.Track(user, new RejectedName(i));
            tracker.Track(user, new Measured(i, i));
            tracker.Track(user, new Downloaded(i));
        }

        await clock.RunUntilAsync(emulator.WaitForEventsAsync(4 * Rounds, Trackers.Cancellation));
        int requests = emulator.RequestCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"{requests} requests until all events of the other names had arrived");
        Assert.InRange(requests, 2, MostRequests);
        FlushResult result = await clock.RunUntilAsync(tracker.FlushAsync(Trackers.Cancellation).AsTask());

        Assert.Equal(FlushOutcome.Blocked, result.Outcome);

        // One a minute is tried: right after that, what the server said of it is the problem.
        Assert.Matches("rejected_name|unknown event", result.Problem);
        Assert.Equal(4 * Rounds, result.Outbox.Delivered);
        Assert.InRange(result.Outbox.DeadLetters, 5, 10);
        Assert.Equal(Rounds, result.Outbox.DeadLetters + result.Outbox.Pending);
        Trackers.AssertAccountingInvariants(result, tracked: 5 * Rounds);
        IReadOnlyList<StoredEvent> letters = await tracker.Outbox.ListAsync(OutboxQuery.DeadLetters, 100, Trackers.Cancellation);
        Assert.All(letters, letter => Assert.Equal(("rejected_name", 40001, "unknown event"), (letter.EventName, letter.Reason?.Code, letter.Reason?.Message)));

        emulator.RejectEvents(null);
        long dead = result.Outbox.DeadLetters;
        await clock.RunUntilAsync(async () => await tracker.Outbox.GetStatisticsAsync(Trackers.Cancellation) is { Pending: 0 });
        result = await tracker.FlushAsync(Trackers.Cancellation);
        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.InRange(result.Outbox.Delivered, (5 * Rounds) - dead - 1, (5 * Rounds) - dead);
        Trackers.AssertAccountingInvariants(result, tracked: 5 * Rounds);
    }

    [Fact]
    public async Task What_is_too_large_together_goes_in_smaller_requests_and_what_is_too_large_alone_becomes_a_dead_letter()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(
            new EmulatorOptions { ApiKey = Trackers.ApiKey, ApiSecret = Trackers.ApiSecret, MaxRequestBytes = 8 * 1024 },
            Trackers.Cancellation);
        using var clock = new PacedClock();
        await using EventTracker tracker = Trackers.Create(emulator, clock.Drive);
        for (int i = 0; i < 60; i++)
        {
            tracker.Track(Trackers.Alice, new PageViewed(new string('x', i == 30 ? 10_000 : 500)));
        }

        FlushResult result = await clock.RunUntilAsync(tracker.FlushAsync(Trackers.Cancellation).AsTask());

        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Equal((59, 1), (result.Outbox.Delivered, result.Outbox.DeadLetters));
        Assert.InRange(emulator.RequestCount, 8, 40);
        Trackers.AssertAccountingInvariants(result, tracked: 60);
    }

    [Fact]
    public async Task Past_the_age_limit_an_event_becomes_a_dead_letter_though_the_server_never_worked()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using var clock = new PacedClock { Step = TimeSpan.FromSeconds(5) };
        await using EventTracker tracker = Trackers.Create(emulator, options =>
        {
            clock.Drive(options);
            options.MaxEventAge = TimeSpan.FromMinutes(10);
            options.Outbox = new MemoryOutbox(timeProvider: clock.Time);
        });
        emulator.RespondWith(EmulatorBehavior.Respond(503));
        tracker.Track(Trackers.Alice, new PageViewed("/old"), new EventContext(OccurredAt: clock.Time.GetUtcNow().AddYears(1)));
        DateTimeOffset start = clock.Time.GetUtcNow();
        await clock.RunUntilAsync(() => ValueTask.FromResult(clock.Time.GetUtcNow() - start > TimeSpan.FromMinutes(8)));
        tracker.Track(Trackers.Alice, new PageViewed("/young"), new EventContext(OccurredAt: clock.Time.GetUtcNow().AddYears(-1)));

        await clock.RunUntilAsync(async () => await tracker.Outbox.CountAsync(OutboxQuery.DeadLetters, Trackers.Cancellation) > 0);

        Assert.InRange(clock.Time.GetUtcNow() - start, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(12));
        StoredEvent letter = Assert.Single(await tracker.Outbox.ListAsync(OutboxQuery.DeadLetters, 10, Trackers.Cancellation));
        Assert.Equal(DeadLetterKind.Expired, letter.Reason?.Kind);
        emulator.RespondNormally();
        await clock.RunUntilAsync(emulator.WaitForEventsAsync(1, Trackers.Cancellation));
        Assert.Equal("/young", PathOf(Assert.Single(emulator.Events)));
        FlushResult result = await clock.RunUntilAsync(tracker.FlushAsync(Trackers.Cancellation).AsTask());
        Assert.Equal((1, 1), (result.Outbox.Delivered, result.Outbox.DeadLetters));
        Trackers.AssertAccountingInvariants(result, tracked: 2);
    }

    private static string? PathOf(ReceivedEvent received) => received.Properties!.Value.GetProperty("path").GetString();

    private static bool IsPath(ReceivedEvent received, string path) => PathOf(received) == path;
}

[EngageEvent("rejected_name")]
public readonly partial record struct RejectedName(int Number);

[EngageEvent("downloaded")]
public readonly partial record struct Downloaded(int Number);
