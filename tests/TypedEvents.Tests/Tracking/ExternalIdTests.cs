using System.Text;
using Microsoft.Extensions.Logging;
using TypedEvents.Emulator;

namespace TypedEvents.Tests;

/// <summary>Users whom the application knows by ids of its own.</summary>
public sealed class ExternalIdTests
{
    [Fact]
    public async Task Each_kind_of_id_arrives_under_the_EUID_that_EngageLab_gave_for_it()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator);
        EngageUser[] users = [EngageUser.UserId("42"), EngageUser.AnonymousId("42"), EngageUser.RegistrationId("42"), Trackers.Alice];
        foreach (EngageUser user in users)
        {
            Assert.Equal(TrackResult.Accepted, tracker.Track(user, new PageViewed(user.IdentityName ?? "euid")));
        }

        FlushResult result = await tracker.FlushAsync(Trackers.Cancellation);

        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Equal(4, result.Outbox.Delivered);
        Assert.Equal(0, result.Outbox.PendingRegistration);
        Dictionary<string, long> arrived = emulator.Events.ToDictionary(
            received => received.Properties!.Value.GetProperty("path").GetString()!,
            received => received.Euid);
        Assert.Equal(Trackers.Alice.Value, arrived["euid"]);
        foreach ((UserIdentity identity, long euid) in emulator.Users)
        {
            Assert.Equal(euid, arrived[identity.Name]);
        }

        Assert.Equal(3, emulator.Users.Count);
        Trackers.AssertAccountingInvariants(result, tracked: 4);
    }

    [Fact]
    public async Task An_id_is_registered_once_whatever_threads_track_for_it()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator);
        Parallel.For(0, 8, thread =>
        {
            for (int i = 0; i < 100; i++)
            {
                Assert.Equal(TrackResult.Accepted, tracker.Track(EngageUser.UserId("user-42"), new PageViewed($"/{thread}/{i}")));
            }
        });

        FlushResult result = await tracker.FlushAsync(Trackers.Cancellation);

        Assert.Equal(800, result.Outbox.Delivered);
        Assert.Single(Registrations(emulator));
        Assert.All(emulator.Events, received => Assert.Equal(emulator.Users.Values.Single(), received.Euid));
        for (int thread = 0; thread < 8; thread++)
        {
            string prefix = $"/{thread}/";
            Assert.Equal(
                Enumerable.Range(0, 100).Select(i => $"{prefix}{i}"),
                emulator.Events.Select(received => received.Properties!.Value.GetProperty("path").GetString()!).Where(path => path.StartsWith(prefix, StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task A_known_id_is_written_complete_and_costs_no_request()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator);
        tracker.Track(EngageUser.UserId("user-42"), new PageViewed("/1"));
        await tracker.FlushAsync(Trackers.Cancellation);

        tracker.Track(EngageUser.UserId("user-42"), new PageViewed("/2"));
        FlushResult result = await tracker.FlushAsync(Trackers.Cancellation);

        Assert.Equal(2, result.Outbox.Delivered);
        Assert.Single(Registrations(emulator));
        Assert.Single(emulator.Events.Select(received => received.Euid).Distinct());
    }

    [Fact]
    public async Task Known_ids_are_tracked_without_an_allocation()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator, options => options.FlushInterval = TimeSpan.FromHours(1));
        EngageUser user = EngageUser.UserId("user-42");
        tracker.Track(user, new PageViewed("/"));
        await tracker.FlushAsync(Trackers.Cancellation);

        long least = long.MaxValue;
        for (int round = 0; round < 10; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 20; i++)
            {
                tracker.Track(user, new PageViewed("/"));
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        await tracker.StopAsync(new CancellationToken(canceled: true));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public async Task An_id_that_EngageLab_can_not_take_is_invalid(string? id)
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator);
        Assert.Equal(TrackResult.Invalid, tracker.Track(EngageUser.UserId(id!), new PageViewed("/")));
        Assert.Equal(1, tracker.Statistics.Dropped.Invalid);
    }

    [Fact]
    public async Task An_id_with_half_of_a_surrogate_pair_is_invalid()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator);
        string half = "😀"[..1];
        Assert.Equal(TrackResult.Invalid, tracker.Track(EngageUser.UserId($"a{half}"), new PageViewed("/")));
        Assert.Equal(TrackResult.Invalid, tracker.Track(EngageUser.UserId($"{half}b"), new PageViewed("/")));
        Assert.Equal(TrackResult.Accepted, tracker.Track(EngageUser.UserId("😀"), new PageViewed("/")));
        Assert.Equal(1, (await tracker.FlushAsync(Trackers.Cancellation)).Outbox.Delivered);
    }

    [Fact]
    public async Task An_id_has_256_characters_at_most()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator);
        Assert.Equal(TrackResult.Accepted, await tracker.TrackAsync(EngageUser.UserId(new string('é', 256)), new PageViewed("/"), cancellationToken: Trackers.Cancellation));
        Assert.Equal(TrackResult.Invalid, await tracker.TrackAsync(EngageUser.UserId(new string('a', 257)), new PageViewed("/"), cancellationToken: Trackers.Cancellation));
        Assert.Equal(1, (await tracker.FlushAsync(Trackers.Cancellation)).Outbox.Delivered);
    }

    [Fact]
    public async Task Events_of_known_users_go_on_while_registration_is_down()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using var clock = new PacedClock();
        await using EventTracker tracker = Trackers.Create(emulator, clock.Drive);
        emulator.RespondWith(request => request.Path == "/v1/user/register" ? EmulatorBehavior.Respond(503) : EmulatorBehavior.Normal);
        for (int i = 0; i < 100; i++)
        {
            tracker.Track(EngageUser.UserId($"new-{i}"), new PageViewed("/unknown"));
            tracker.Track(new Euid(i + 1), new PageViewed("/known"));
        }

        FlushResult blocked = await clock.RunUntilAsync(tracker.FlushAsync(Trackers.Cancellation).AsTask());

        Assert.Equal(FlushOutcome.Blocked, blocked.Outcome);
        Assert.Equal(100, blocked.Outbox.Delivered);
        Assert.Equal(100, blocked.Outbox.PendingRegistration);
        Assert.Contains("503", blocked.Problem, StringComparison.Ordinal);
        Trackers.AssertAccountingInvariants(blocked, tracked: 200);

        emulator.RespondNormally();
        await clock.RunUntilAsync(emulator.WaitForEventsAsync(200, Trackers.Cancellation));
        FlushResult settled = await clock.RunUntilAsync(tracker.FlushAsync(Trackers.Cancellation).AsTask());
        Assert.Equal(200, settled.Outbox.Delivered);
        Assert.Equal(0, settled.Outbox.PendingRegistration);
    }

    [Fact]
    public async Task An_id_that_is_rejected_among_a_hundred_keeps_only_its_own_events_back()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using var clock = new PacedClock();
        await using EventTracker tracker = Trackers.Create(emulator, clock.Drive);
        emulator.RejectUsers(user => user.Value == "user-42");
        for (int i = 0; i < 100; i++)
        {
            tracker.Track(EngageUser.UserId($"user-{i}"), new PageViewed("/"));
        }

        await clock.RunUntilAsync(emulator.WaitForEventsAsync(99, Trackers.Cancellation));
        await clock.RunUntilAsync(tracker.FlushAsync(Trackers.Cancellation).AsTask());

        // What came last needs proof that another one is accepted.
        tracker.Track(EngageUser.UserId("proof"), new PageViewed("/"));
        FlushResult result = await clock.RunUntilAsync(tracker.FlushAsync(Trackers.Cancellation).AsTask());
        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Equal(100, result.Outbox.Delivered);
        Assert.Equal(1, result.Outbox.DeadLetters);
        StoredEvent dead = Assert.Single(await tracker.Outbox.ListAsync(OutboxQuery.DeadLetters, 10, Trackers.Cancellation));
        Assert.Equal(DeadLetterKind.UserUnknown, dead.Reason!.Kind);
        Assert.Equal(EngageUser.UserId("user-42"), dead.User);
        Trackers.AssertAccountingInvariants(result, tracked: 101);
    }

    [Fact]
    public async Task An_id_that_a_response_omits_again_after_another_one_got_its_EUID_is_unknown_and_a_replay_asks_again()
    {
        using var logger = new CapturingLogger();
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using var clock = new PacedClock();
        await using EventTracker tracker = Trackers.Create(emulator, options =>
        {
            clock.Drive(options);
            options.LoggerFactory = logger;
        });
        emulator.OmitUsers(user => user.Value.StartsWith("nobody", StringComparison.Ordinal));
        tracker.Track(EngageUser.UserId("nobody"), new PageViewed("/1"));
        tracker.Track(EngageUser.UserId("somebody"), new PageViewed("/2"));
        tracker.Track(EngageUser.UserId("nobody"), new PageViewed("/3"));
        tracker.Track(EngageUser.UserId("nobody-else"), new PageViewed("/4"));

        FlushResult blocked = await clock.RunUntilAsync(tracker.FlushAsync(Trackers.Cancellation).AsTask());
        Assert.Equal(FlushOutcome.Blocked, blocked.Outcome);
        Assert.Contains("/v1/user/register gave no EUID for 2 user ids", blocked.Problem, StringComparison.Ordinal);
        Assert.Equal((1, 3, 0), (blocked.Outbox.Delivered, blocked.Outbox.Pending, blocked.Outbox.DeadLetters));
        Trackers.AssertAccountingInvariants(blocked, tracked: 4);

        // Another one is the evidence.
        tracker.Track(EngageUser.UserId("newcomer"), new PageViewed("/5"));
        await clock.RunUntilAsync(async () => await tracker.Outbox.GetStatisticsAsync(Trackers.Cancellation) is { DeadLetters: 3 });
        FlushResult result = await clock.RunUntilAsync(tracker.FlushAsync(Trackers.Cancellation).AsTask());
        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Equal(2, result.Outbox.Delivered);
        Assert.All(
            await tracker.Outbox.ListAsync(OutboxQuery.DeadLetters, 10, Trackers.Cancellation),
            dead => Assert.Equal(DeadLetterKind.UserUnknown, dead.Reason!.Kind));
        (LogLevel level, string text) = Assert.Single(logger.Entries, entry => entry.Text.Contains("UserUnknown", StringComparison.Ordinal));
        Assert.Equal(LogLevel.Warning, level);
        Assert.DoesNotContain("nobody", text, StringComparison.Ordinal);
        Trackers.AssertAccountingInvariants(result, tracked: 5);

        emulator.OmitUsers(null);
        Assert.Equal(3, await tracker.Outbox.ReplayAsync(OutboxQuery.DeadLetters, Trackers.Cancellation));
        result = await clock.RunUntilAsync(tracker.FlushAsync(Trackers.Cancellation).AsTask());
        Assert.Equal(5, result.Outbox.Delivered);
        Assert.Equal(0, result.Outbox.DeadLetters);
        Trackers.AssertAccountingInvariants(result, tracked: 5);
    }

    [Fact]
    public async Task Where_nobody_gets_an_EUID_nothing_becomes_a_dead_letter_and_all_is_delivered_when_the_server_is_well()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using var clock = new PacedClock { Step = TimeSpan.FromMilliseconds(500) };
        await using EventTracker tracker = Trackers.Create(emulator, clock.Drive);
        emulator.OmitUsers(_ => true);
        for (int i = 0; i < 250; i++)
        {
            tracker.Track(EngageUser.UserId($"user-{i}"), new PageViewed("/"));
        }

        FlushResult blocked = await clock.RunUntilAsync(tracker.FlushAsync(Trackers.Cancellation).AsTask());
        Assert.Equal(FlushOutcome.Blocked, blocked.Outcome);
        Assert.Contains("/v1/user/register accepted a request", blocked.Problem, StringComparison.Ordinal);
        Assert.Equal((0, 250), (blocked.Outbox.DeadLetters, blocked.Outbox.Pending));
        DateTimeOffset later = clock.Time.GetUtcNow() + TimeSpan.FromMinutes(10);
        await clock.RunUntilAsync(() => ValueTask.FromResult(clock.Time.GetUtcNow() > later));
        Assert.Equal(new OutboxStatistics { Appended = 250, Pending = 250, PendingRegistration = 250 }, await tracker.Outbox.GetStatisticsAsync(Trackers.Cancellation));

        // Not one after the other, and not again and again: 10 minutes of a backoff of 60 s at most.
        Assert.InRange(emulator.RequestCount, 3 + 8, 3 + 60);

        emulator.OmitUsers(null);
        await clock.RunUntilAsync(async () => await tracker.Outbox.GetStatisticsAsync(Trackers.Cancellation) is { Delivered: 250 });
        FlushResult result = await clock.RunUntilAsync(tracker.FlushAsync(Trackers.Cancellation).AsTask());
        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Trackers.AssertAccountingInvariants(result, tracked: 250);
    }

    [Fact]
    public async Task A_known_user_whom_a_refresh_omits_keeps_the_EUID_and_is_not_asked_for_every_minute()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using var clock = new PacedClock();
        await using EventTracker tracker = Trackers.Create(emulator, options =>
        {
            clock.Drive(options);
            options.UserCacheDuration = TimeSpan.FromMinutes(10);
        });
        for (int i = 0; i < 2; i++)
        {
            tracker.Track(EngageUser.UserId("regular"), new PageViewed("/"));
            await clock.RunUntilAsync(tracker.FlushAsync(Trackers.Cancellation).AsTask());
        }

        emulator.OmitUsers(_ => true);
        clock.Time.Advance(TimeSpan.FromMinutes(12));
        await clock.RunUntilAsync(() => ValueTask.FromResult(Registrations(emulator).Count() == 2));
        for (int minute = 0; minute < 5; minute++)
        {
            clock.Time.Advance(TimeSpan.FromMinutes(1));
            tracker.Track(EngageUser.UserId("regular"), new PageViewed("/"));
            Assert.Equal(FlushOutcome.Settled, (await clock.RunUntilAsync(tracker.FlushAsync(Trackers.Cancellation).AsTask())).Outcome);
        }

        Assert.Equal(2, Registrations(emulator).Count());
        Assert.Single(emulator.Events.Select(received => received.Euid).Distinct());
    }

    [Fact]
    public async Task Where_only_registration_fails_problem_and_log_name_it_and_nothing_is_said_to_be_delivered_again()
    {
        using var logger = new CapturingLogger();
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using var clock = new PacedClock();
        await using EventTracker tracker = Trackers.Create(emulator, options =>
        {
            clock.Drive(options);
            options.LoggerFactory = logger;
        });
        emulator.RespondWith(request => request.Path == "/v1/user/register" ? EmulatorBehavior.Respond(503) : EmulatorBehavior.Normal);
        tracker.Track(EngageUser.UserId("new"), new PageViewed("/"));
        for (int i = 0; i < 10; i++)
        {
            tracker.Track(Trackers.Alice, new PageViewed("/"));
            FlushResult blocked = await clock.RunUntilAsync(tracker.FlushAsync(Trackers.Cancellation).AsTask());
            Assert.Equal(FlushOutcome.Blocked, blocked.Outcome);
            Assert.Contains("/v1/user/register", blocked.Problem, StringComparison.Ordinal);
            Assert.DoesNotContain("/v1/event/report", blocked.Problem, StringComparison.Ordinal);
        }

        (_, string text) = Assert.Single(logger.Entries, entry => entry.Level >= LogLevel.Warning);
        Assert.Contains("/v1/user/register", text, StringComparison.Ordinal);
        Assert.DoesNotContain(logger.Entries, entry => entry.Text.Contains("again", StringComparison.Ordinal));

        emulator.RespondNormally();
        await clock.RunUntilAsync(async () => await tracker.Outbox.GetStatisticsAsync(Trackers.Cancellation) is { Delivered: 11 });
        Assert.Single(logger.Entries, entry => entry.Text.Contains("registered again", StringComparison.Ordinal));
        Trackers.AssertAccountingInvariants(await clock.RunUntilAsync(tracker.FlushAsync(Trackers.Cancellation).AsTask()), tracked: 11);
    }

    [Fact]
    public async Task What_has_been_known_for_long_is_asked_for_again_while_the_old_response_is_used()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using var clock = new PacedClock();
        await using EventTracker tracker = Trackers.Create(emulator, options =>
        {
            clock.Drive(options);
            options.UserCacheDuration = TimeSpan.FromMinutes(10);
        });
        tracker.Track(EngageUser.UserId("regular"), new PageViewed("/"));
        tracker.Track(EngageUser.UserId("one-time"), new PageViewed("/"));
        await clock.RunUntilAsync(tracker.FlushAsync(Trackers.Cancellation).AsTask());
        tracker.Track(EngageUser.UserId("regular"), new PageViewed("/"));
        await clock.RunUntilAsync(tracker.FlushAsync(Trackers.Cancellation).AsTask());
        int requests = emulator.RequestCount;

        clock.Time.Advance(TimeSpan.FromMinutes(12));
        await clock.RunUntilAsync(emulator.WaitForRequestsAsync(requests + 1, Trackers.Cancellation));

        ReceivedRequest refreshed = emulator.Requests[^1];
        Assert.Equal("/v1/user/register", refreshed.Path);
        string body = Encoding.UTF8.GetString(refreshed.Body.Span);
        Assert.Contains("regular", body, StringComparison.Ordinal);
        Assert.DoesNotContain("one-time", body, StringComparison.Ordinal);
    }

    private static IEnumerable<ReceivedRequest> Registrations(EngageLabEmulator emulator) =>
        emulator.Requests.Where(request => request.Path == "/v1/user/register");
}
