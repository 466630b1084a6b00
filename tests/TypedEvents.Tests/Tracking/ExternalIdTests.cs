using System.Text;
using Microsoft.Extensions.Logging;
using TypedEvents.Emulator;

namespace TypedEvents.Tests;

/// <summary>Events of users with external ids.</summary>
public sealed class ExternalIdTests
{
    [Fact]
    public async Task Events_of_each_kind_of_id_arrive_with_the_EUID_of_its_registration()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync();
        EngageUser[] users = [EngageUser.UserId("42"), EngageUser.AnonymousId("42"), EngageUser.RegistrationId("42"), Trackers.Alice];
        foreach (EngageUser user in users)
        {
            Assert.Equal(TrackResult.Accepted, scenario.Track(user, new PageViewed(user.IdentityName ?? "euid")));
        }

        FlushResult result = await scenario.FlushAsync();

        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Equal(4, result.Outbox!.Delivered);
        Assert.Equal(0, result.Outbox!.PendingRegistration);
        Dictionary<string, long> arrived = scenario.Emulator.Events.ToDictionary(
            received => received.StringProperty("path"),
            received => received.Euid);
        Assert.Equal(Trackers.Alice.Value, arrived["euid"]);
        foreach ((UserIdentity identity, long euid) in scenario.Emulator.Users)
        {
            Assert.Equal(euid, arrived[identity.Name]);
        }

        Assert.Equal(3, scenario.Emulator.Users.Count);
    }

    [Fact]
    public async Task An_id_is_registered_once_whatever_threads_track_for_it()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync();
        Parallel.For(0, 8, thread =>
        {
            for (int i = 0; i < 100; i++)
            {
                Assert.Equal(TrackResult.Accepted, scenario.Track(EngageUser.UserId("user-42"), new PageViewed($"/{thread}/{i}")));
            }
        });

        FlushResult result = await scenario.FlushAsync();

        Assert.Equal(800, result.Outbox!.Delivered);
        Assert.Single(Registrations(scenario.Emulator));
        Assert.All(scenario.Emulator.Events, received => Assert.Equal(scenario.Emulator.Users.Values.Single(), received.Euid));
        for (int thread = 0; thread < 8; thread++)
        {
            string prefix = $"/{thread}/";
            Assert.Equal(
                Enumerable.Range(0, 100).Select(i => $"{prefix}{i}"),
                scenario.Emulator.Events.Select(received => received.StringProperty("path")).Where(path => path.StartsWith(prefix, StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task An_event_of_a_known_id_is_written_with_its_EUID_and_costs_no_request()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync();
        scenario.Track(EngageUser.UserId("user-42"), new PageViewed("/1"));
        await scenario.FlushAsync();

        scenario.Track(EngageUser.UserId("user-42"), new PageViewed("/2"));
        FlushResult result = await scenario.FlushAsync();

        Assert.Equal(2, result.Outbox!.Delivered);
        Assert.Single(Registrations(scenario.Emulator));
        Assert.Single(scenario.Emulator.Events.Select(received => received.Euid).Distinct());
    }

    [Fact]
    public async Task Known_ids_are_tracked_without_an_allocation()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.FlushInterval = TimeSpan.FromHours(1));
        EngageUser user = EngageUser.UserId("user-42");
        scenario.Track(user, new PageViewed("/"));
        await scenario.FlushAsync();

        long least = long.MaxValue;
        for (int round = 0; round < 10; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 20; i++)
            {
                scenario.Track(user, new PageViewed("/"));
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public async Task An_empty_id_is_invalid(string? id)
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync();
        Assert.Equal(TrackResult.Invalid, scenario.Track(EngageUser.UserId(id!), new PageViewed("/")));
        Assert.Equal(1, scenario.Statistics.Dropped.Invalid);
    }

    [Fact]
    public async Task An_id_with_half_of_a_surrogate_pair_is_invalid()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync();
        string half = "😀"[..1];
        Assert.Equal(TrackResult.Invalid, scenario.Track(EngageUser.UserId($"a{half}"), new PageViewed("/")));
        Assert.Equal(TrackResult.Invalid, scenario.Track(EngageUser.UserId($"{half}b"), new PageViewed("/")));
        Assert.Equal(TrackResult.Accepted, scenario.Track(EngageUser.UserId("😀"), new PageViewed("/")));
        Assert.Equal(1, (await scenario.FlushAsync()).Outbox!.Delivered);
    }

    [Fact]
    public async Task An_id_has_256_characters_at_most()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync();
        Assert.Equal(TrackResult.Accepted, await scenario.TrackAsync(EngageUser.UserId(new string('é', 256)), new PageViewed("/"), cancellationToken: Trackers.Cancellation));
        Assert.Equal(TrackResult.Invalid, await scenario.TrackAsync(EngageUser.UserId(new string('a', 257)), new PageViewed("/"), cancellationToken: Trackers.Cancellation));
        Assert.Equal(1, (await scenario.FlushAsync()).Outbox!.Delivered);
    }

    [Fact]
    public async Task Events_of_known_users_are_delivered_while_registration_is_down()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(clock: new PacedClock());
        scenario.Emulator.RespondWith(request => request.Path == "/v1/user/register" ? EmulatorBehavior.Respond(503) : EmulatorBehavior.Normal);
        for (int i = 0; i < 100; i++)
        {
            scenario.Track(EngageUser.UserId($"new-{i}"), new PageViewed("/unknown"));
            scenario.Track(new Euid(i + 1), new PageViewed("/known"));
        }

        FlushResult blocked = await scenario.FlushAsync();

        Assert.Equal(FlushOutcome.Blocked, blocked.Outcome);
        Assert.Equal(100, blocked.Outbox!.Delivered);
        Assert.Equal(100, blocked.Outbox!.PendingRegistration);
        Assert.Contains("503", blocked.Problem, StringComparison.Ordinal);

        scenario.Emulator.RespondNormally();
        await scenario.RunUntilEventsAsync(200);
        FlushResult settled = await scenario.FlushAsync();
        Assert.Equal(200, settled.Outbox!.Delivered);
        Assert.Equal(0, settled.Outbox!.PendingRegistration);
    }

    [Fact]
    public async Task Events_of_known_users_go_on_while_registration_is_down_and_there_is_no_room_for_more_users()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(
            options => (options.UserCacheSize, options.FlushTimeout) = (10, TimeSpan.FromMinutes(2)),
            new PacedClock());
        scenario.Emulator.RespondWith(request => request.Path == "/v1/user/register" ? EmulatorBehavior.Respond(503) : EmulatorBehavior.Normal);
        for (int round = 0; round < 2; round++)
        {
            for (int i = 0; i < 100; i++)
            {
                scenario.Track(EngageUser.UserId($"new-{i}"), new PageViewed("/unknown"));
                scenario.Track(new Euid(i + 1), new PageViewed("/known"));
            }

            FlushResult blocked = await scenario.FlushAsync();
            Assert.Equal((FlushOutcome.Blocked, 100 * (round + 1)), (blocked.Outcome, blocked.Outbox!.Delivered));
        }

        scenario.Emulator.RespondNormally();
        await scenario.RunUntilEventsAsync(400);
        Assert.Equal(FlushOutcome.Settled, (await scenario.FlushAsync()).Outcome);
    }

    /// <summary>All for whom there is room are omitted: nobody has an EUID yet, so there is no evidence against them.</summary>
    [Fact]
    public async Task Omitted_ids_make_room_for_new_ones_and_delay_nobody_else()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(
            options => (options.UserCacheSize, options.FlushTimeout) = (10, TimeSpan.FromMinutes(2)),
            new PacedClock());
        scenario.Emulator.OmitUsers(user => user.Value.StartsWith("nobody", StringComparison.Ordinal));
        for (int i = 0; i < 20; i++)
        {
            scenario.Track(EngageUser.UserId($"nobody-{i}"), new PageViewed("/"));
        }

        for (int i = 0; i < 64; i++)
        {
            scenario.Track(new Euid(i + 1), new PageViewed("/"));
        }

        scenario.Track(EngageUser.UserId("somebody"), new PageViewed("/"));
        FlushResult result = await scenario.FlushAsync();
        Assert.Equal(65, result.Outbox!.Delivered);
        await scenario.RunUntilOutboxAsync(statistics => statistics is { DeadLetters: 20 });
        Assert.Equal(FlushOutcome.Settled, (await scenario.FlushAsync()).Outcome);
    }

    [Fact]
    public async Task A_rejected_id_among_a_hundred_delays_only_its_own_events()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(clock: new PacedClock());
        scenario.Emulator.RejectUsers(user => user.Value == "user-42");
        for (int i = 0; i < 100; i++)
        {
            scenario.Track(EngageUser.UserId($"user-{i}"), new PageViewed("/"));
        }

        await scenario.RunUntilEventsAsync(99);
        await scenario.FlushAsync();

        // The last one becomes a dead letter only after another one was accepted.
        scenario.Track(EngageUser.UserId("accepted"), new PageViewed("/"));
        FlushResult result = await scenario.FlushAsync();
        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Equal(100, result.Outbox!.Delivered);
        Assert.Equal(1, result.Outbox!.DeadLetters);
        StoredEvent dead = Assert.Single(await scenario.ListDeadLettersAsync());
        Assert.Equal(DeadLetterKind.UserUnknown, dead.Reason!.Kind);
        Assert.Equal(EngageUser.UserId("user-42"), dead.User);
    }

    [Fact]
    public async Task An_id_that_is_omitted_again_while_another_one_gets_its_EUID_is_unknown_and_a_replay_registers_it_again()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(clock: new PacedClock());
        scenario.Emulator.OmitUsers(user => user.Value.StartsWith("nobody", StringComparison.Ordinal));
        scenario.Track(EngageUser.UserId("nobody"), new PageViewed("/1"));
        scenario.Track(EngageUser.UserId("somebody"), new PageViewed("/2"));
        scenario.Track(EngageUser.UserId("nobody"), new PageViewed("/3"));
        scenario.Track(EngageUser.UserId("nobody-else"), new PageViewed("/4"));

        // No new user comes: somebody is asked for again, and is the evidence.
        FlushResult result = await scenario.FlushAsync();
        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Equal((1, 0, 3), (result.Outbox!.Delivered, result.Outbox!.Pending, result.Outbox!.DeadLetters));
        Assert.Equal(2, Registrations(scenario.Emulator).Count());
        Assert.All(
            await scenario.ListDeadLettersAsync(),
            dead => Assert.Equal(DeadLetterKind.UserUnknown, dead.Reason!.Kind));
        (LogLevel level, string text) = Assert.Single(scenario.Log.Entries, entry => entry.Text.Contains("UserUnknown", StringComparison.Ordinal));
        Assert.Equal(LogLevel.Warning, level);
        Assert.DoesNotContain("nobody", text, StringComparison.Ordinal);

        scenario.Emulator.OmitUsers(null);
        Assert.Equal(3, await scenario.Outbox.ReplayAsync(OutboxQuery.DeadLetters, Trackers.Cancellation));
        result = await scenario.FlushAsync();
        Assert.Equal(4, result.Outbox!.Delivered);
        Assert.Equal(0, result.Outbox!.DeadLetters);
    }

    [Fact]
    public async Task An_id_that_is_omitted_where_nobody_got_an_EUID_is_pending_until_another_one_gets_one()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(clock: new PacedClock());
        scenario.Emulator.OmitUsers(user => user.Value.StartsWith("nobody", StringComparison.Ordinal));
        scenario.Track(EngageUser.UserId("nobody"), new PageViewed("/1"));
        scenario.Track(EngageUser.AnonymousId("somebody"), new PageViewed("/2"));
        FlushResult blocked = await scenario.FlushAsync();
        Assert.Equal(FlushOutcome.Blocked, blocked.Outcome);
        Assert.Contains("/v1/user/register", blocked.Problem, StringComparison.Ordinal);

        // An id of another kind is no evidence: it was in another request.
        Assert.Equal((1, 1, 0), (blocked.Outbox!.Delivered, blocked.Outbox!.Pending, blocked.Outbox!.DeadLetters));

        scenario.Track(EngageUser.UserId("newcomer"), new PageViewed("/3"));
        FlushResult result = await scenario.FlushAsync();
        Assert.Equal((FlushOutcome.Settled, 2, 1), (result.Outcome, result.Outbox!.Delivered, result.Outbox!.DeadLetters));
    }

    /// <summary>The registration of a newcomer lands on a server that works, all others on one that gives nobody an EUID.</summary>
    [Fact]
    public async Task A_good_id_is_no_dead_letter_where_one_of_two_servers_gives_nobody_an_EUID()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(clock: new PacedClock { Step = TimeSpan.FromMilliseconds(500) });
        scenario.Emulator.RespondWith(request => request.Path == "/v1/user/register" && !Encoding.UTF8.GetString(request.Body.Span).Contains("newcomer", StringComparison.Ordinal)
            ? EmulatorBehavior.RespondRaw(200, "application/json", """{"code":0,"data":[]}""")
            : EmulatorBehavior.Normal);
        for (int i = 0; i < 100; i++)
        {
            scenario.Track(EngageUser.UserId($"user-{i}"), new PageViewed("/"));
        }

        await scenario.FlushAsync();
        scenario.Track(EngageUser.UserId("newcomer"), new PageViewed("/"));
        await scenario.RunUntilOutboxAsync(statistics => statistics is { Delivered: > 0 });
        DateTimeOffset later = scenario.Clock.Time.GetUtcNow() + TimeSpan.FromMinutes(5);
        await scenario.Clock.RunUntilAsync(() => ValueTask.FromResult(scenario.Clock.Time.GetUtcNow() > later));
        Assert.Equal(0, (await scenario.GetOutboxStatisticsAsync()).DeadLetters);

        scenario.Emulator.RespondNormally();
        await scenario.RunUntilOutboxAsync(statistics => statistics is { Delivered: 101 });
    }

    [Fact]
    public async Task While_no_id_gets_an_EUID_nothing_becomes_a_dead_letter_and_all_is_delivered_after_recovery()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(clock: new PacedClock { Step = TimeSpan.FromMilliseconds(500) });
        scenario.Emulator.OmitUsers(_ => true);
        for (int i = 0; i < 250; i++)
        {
            scenario.Track(EngageUser.UserId($"user-{i}"), new PageViewed("/"));
        }

        FlushResult blocked = await scenario.FlushAsync();
        Assert.Equal(FlushOutcome.Blocked, blocked.Outcome);
        Assert.Contains("/v1/user/register accepted a request", blocked.Problem, StringComparison.Ordinal);
        Assert.Equal((0, 250), (blocked.Outbox!.DeadLetters, blocked.Outbox!.Pending));
        DateTimeOffset later = scenario.Clock.Time.GetUtcNow() + TimeSpan.FromMinutes(10);
        await scenario.Clock.RunUntilAsync(() => ValueTask.FromResult(scenario.Clock.Time.GetUtcNow() > later));
        Assert.Equal(new OutboxStatistics { Appended = 250, Pending = 250, PendingRegistration = 250 }, await scenario.GetOutboxStatisticsAsync() with { OldestPendingAt = null });

        // All ids in three requests, and with backoff: 10 minutes with at most 60 s between attempts.
        Assert.InRange(scenario.Emulator.RequestCount, 3 + 8, 3 + 60);

        scenario.Emulator.OmitUsers(null);
        await scenario.RunUntilOutboxAsync(statistics => statistics is { Delivered: 250 });
        FlushResult result = await scenario.FlushAsync();
        Assert.Equal(FlushOutcome.Settled, result.Outcome);
    }

    [Fact]
    public async Task A_known_user_that_a_refresh_omits_keeps_its_EUID_and_is_not_registered_every_minute()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.UserCacheDuration = TimeSpan.FromMinutes(10), new PacedClock());
        for (int i = 0; i < 2; i++)
        {
            scenario.Track(EngageUser.UserId("regular"), new PageViewed("/"));
            await scenario.FlushAsync();
        }

        scenario.Emulator.OmitUsers(_ => true);
        await scenario.Clock.JumpAsync(TimeSpan.FromMinutes(12));
        await scenario.Clock.RunUntilAsync(() => ValueTask.FromResult(Registrations(scenario.Emulator).Count() == 2));
        for (int minute = 0; minute < 5; minute++)
        {
            await scenario.Clock.JumpAsync(TimeSpan.FromMinutes(1));
            scenario.Track(EngageUser.UserId("regular"), new PageViewed("/"));
            Assert.Equal(FlushOutcome.Settled, (await scenario.FlushAsync()).Outcome);
        }

        Assert.Equal(2, Registrations(scenario.Emulator).Count());
        Assert.Single(scenario.Emulator.Events.Select(received => received.Euid).Distinct());
    }

    [Fact]
    public async Task If_only_registration_fails_problem_and_log_name_it_and_no_recovery_of_delivery_is_logged()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(clock: new PacedClock());
        scenario.Emulator.RespondWith(request => request.Path == "/v1/user/register" ? EmulatorBehavior.Respond(503) : EmulatorBehavior.Normal);
        scenario.Track(EngageUser.UserId("new"), new PageViewed("/"));
        for (int i = 0; i < 10; i++)
        {
            scenario.Track(new PageViewed("/"));
            FlushResult blocked = await scenario.FlushAsync();
            Assert.Equal(FlushOutcome.Blocked, blocked.Outcome);
            Assert.Contains("/v1/user/register", blocked.Problem, StringComparison.Ordinal);
            Assert.DoesNotContain("/v1/event/report", blocked.Problem, StringComparison.Ordinal);
        }

        (_, string text) = Assert.Single(scenario.Log.Entries, entry => entry.Level >= LogLevel.Warning);
        Assert.Contains("/v1/user/register", text, StringComparison.Ordinal);
        Assert.DoesNotContain(scenario.Log.Entries, entry => entry.Text.Contains("again", StringComparison.Ordinal));

        scenario.Emulator.RespondNormally();
        await scenario.RunUntilOutboxAsync(statistics => statistics is { Delivered: 11 });
        Assert.Single(scenario.Log.Entries, entry => entry.Text.Contains("registered again", StringComparison.Ordinal));
        await scenario.FlushAsync();
    }

    [Fact]
    public async Task An_id_that_has_been_cached_for_long_is_registered_again_while_its_EUID_is_used()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.UserCacheDuration = TimeSpan.FromMinutes(10), new PacedClock());
        scenario.Track(EngageUser.UserId("regular"), new PageViewed("/"));
        scenario.Track(EngageUser.UserId("one-time"), new PageViewed("/"));
        await scenario.FlushAsync();
        scenario.Track(EngageUser.UserId("regular"), new PageViewed("/"));
        await scenario.FlushAsync();
        int requests = scenario.Emulator.RequestCount;

        await scenario.Clock.JumpAsync(TimeSpan.FromMinutes(12));
        await scenario.RunUntilRequestsAsync(requests + 1);

        ReceivedRequest refreshed = scenario.Emulator.Requests[^1];
        Assert.Equal("/v1/user/register", refreshed.Path);
        string body = Encoding.UTF8.GetString(refreshed.Body.Span);
        Assert.Contains("regular", body, StringComparison.Ordinal);
        Assert.DoesNotContain("one-time", body, StringComparison.Ordinal);
    }

    private static IEnumerable<ReceivedRequest> Registrations(EngageLabEmulator emulator) =>
        emulator.Requests.Where(request => request.Path == "/v1/user/register");
}
