using Microsoft.Extensions.Logging;
using TypedEvents.Emulator;

namespace TypedEvents.Tests;

/// <summary>What a call answers when an event isn't taken, and that it is counted.</summary>
public sealed class TrackResultTests
{
    [Fact]
    public async Task A_getter_that_throws_makes_an_invalid_event_and_no_exception()
    {
        using var logger = new CapturingLogger();
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator, options => options.LoggerFactory = logger);

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(TrackResult.Invalid, tracker.Track(Trackers.Alice, new Misbehaving(() => throw new TimeZoneNotFoundException())));
        }

        Assert.Equal(TrackResult.Invalid, await tracker.TrackAsync(Trackers.Alice, new Misbehaving(() => throw new TimeZoneNotFoundException()), cancellationToken: Trackers.Cancellation));
        Assert.Equal(TrackResult.Invalid, tracker.Track<SignUp>(Trackers.Alice, null!));
        FlushResult result = await tracker.FlushAsync(Trackers.Cancellation);

        Assert.Equal(5, result.Tracker.Dropped.Invalid);
        Trackers.AssertAccountingInvariants(result, tracked: 5);
        Assert.Contains("'misbehaving'", Assert.Single(logger.Entries, entry => entry.Text.Contains("TimeZoneNotFoundException", StringComparison.Ordinal)).Text, StringComparison.Ordinal);
        Assert.Empty(emulator.Requests);
    }

    [Fact]
    public async Task An_event_for_nobody_is_invalid()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator);
        Assert.Equal(TrackResult.Invalid, tracker.Track(default(Euid), new PageViewed("/")));
        Assert.Equal(TrackResult.Invalid, tracker.Track(default, new PageViewed("/")));
        Assert.Equal(TrackResult.Invalid, tracker.Track(Trackers.Alice, new PageViewed("/"), new EventContext(RandomId: "")));
        Trackers.AssertAccountingInvariants(await tracker.FlushAsync(Trackers.Cancellation), tracked: 3);
        Assert.Equal(3, tracker.Statistics.Dropped.Invalid);
    }

    [Fact]
    public async Task A_null_event_and_a_time_that_nobody_set_are_named_for_what_they_are()
    {
        using var logger = new CapturingLogger();
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator, options => options.LoggerFactory = logger);
        Assert.Equal(TrackResult.Invalid, tracker.Track<SignUp>(Trackers.Alice, null!));
        Assert.Equal(TrackResult.Invalid, await tracker.TrackAsync(Trackers.Alice, new PageViewed("/"), new EventContext(OccurredAt: default(DateTimeOffset)), Trackers.Cancellation));
        Assert.Equal(TrackResult.Accepted, tracker.Track(Trackers.Alice, new PageViewed("/"), new EventContext(OccurredAt: DateTimeOffset.UnixEpoch)));
        FlushResult result = await tracker.FlushAsync(Trackers.Cancellation);

        Assert.Equal(2, result.Tracker.Dropped.Invalid);
        Trackers.AssertAccountingInvariants(result, tracked: 3);
        Assert.Equal(0, Assert.Single(emulator.Events).Itime);
        Assert.Contains("the event is null", Assert.Single(logger.Entries, entry => entry.Text.Contains("'sign_up'", StringComparison.Ordinal)).Text, StringComparison.Ordinal);
        Assert.Contains("OccurredAt", Assert.Single(logger.Entries, entry => entry.Text.Contains("'page_viewed'", StringComparison.Ordinal)).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("getters", logger.Text, StringComparison.Ordinal);
    }

    public static TheoryData<string, EngageUser, EventContext> IllFormedIds => new()
    {
        { "RandomId", Trackers.Alice, new EventContext(RandomId: "order-\uD83D") },
        { "RandomId", Trackers.Alice, new EventContext(RandomId: "\uDE00order") },
        { "external id", EngageUser.UserId("anna-\uD83D"), default },
        { "external id", EngageUser.AnonymousId("\uD83D\uD83D\uDE00"), default },
    };

    /// <summary>Each half of a pair would arrive as U+FFFD, and two ids as one.</summary>
    [Theory]
    [MemberData(nameof(IllFormedIds), DisableDiscoveryEnumeration = true)]
    public async Task An_event_with_an_id_that_holds_half_of_a_surrogate_pair_is_invalid(string what, EngageUser user, EventContext context)
    {
        using var logger = new CapturingLogger();
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator, options => options.LoggerFactory = logger);
        Assert.Equal(TrackResult.Invalid, tracker.Track(user, new PageViewed("/"), context));
        Assert.Equal(TrackResult.Accepted, tracker.Track(EngageUser.UserId("anna-\U0001F600"), new PageViewed("/"), new EventContext(RandomId: "order-\U0001F600")));
        FlushResult result = await tracker.FlushAsync(Trackers.Cancellation);
        Assert.Equal((1, 1), (result.Tracker.Dropped.Invalid, result.Outbox.Delivered));
        Trackers.AssertAccountingInvariants(result, tracked: 2);
        Assert.Equal("order-\U0001F600", Assert.Single(emulator.Events).RandomId);
        Assert.Contains(what, logger.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_is_not_read_on_once_the_event_is_too_large()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator, options => options.MaxEventBytes = 1000);
        int read = 0;
        Assert.Equal(TrackResult.TooLarge, tracker.Track(Trackers.Alice, new Listed(Texts: Endless("x"))));
        Assert.InRange(read, 1, 10_000);

        // Elements that are left out make no event larger, and yet have to come to an end.
        Assert.Equal(TrackResult.TooLarge, tracker.Track(Trackers.Alice, new Listed(Texts: Endless<string?>(null))));
        Assert.Equal(TrackResult.TooLarge, tracker.Track(Trackers.Alice, new Listed(Ids: Endless<Guid?>(null))));
        Assert.Equal(TrackResult.TooLarge, tracker.Track(Trackers.Alice, new Listed(Days: Endless(DayOfWeek.Monday))));
        Assert.Equal(TrackResult.Accepted, tracker.Track(Trackers.Alice, new Listed(["a", null, "b"], [null], [DayOfWeek.Friday])));
        FlushResult result = await tracker.FlushAsync(Trackers.Cancellation);
        Trackers.AssertAccountingInvariants(result, tracked: 5);
        Assert.Equal("""{"texts":["a","b"],"ids":[],"days":["friday"]}""", Assert.Single(emulator.Events).Properties!.Value.GetRawText());

        IEnumerable<T> Endless<T>(T value)
        {
            while (true)
            {
                Assert.True(++read < 1_000_000, "The list is read without an end.");
                yield return value;
            }
        }
    }

    [Fact]
    public async Task An_event_over_the_limit_is_too_large_and_the_next_one_is_not()
    {
        using var logger = new CapturingLogger();
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator, options => options.LoggerFactory = logger);
        Assert.Equal(TrackResult.TooLarge, tracker.Track(Trackers.Alice, new PageViewed(new string('a', 33 * 1024))));
        Assert.Equal(TrackResult.Accepted, tracker.Track(Trackers.Alice, new PageViewed(new string('a', 32 * 1024 - 300))));
        FlushResult result = await tracker.FlushAsync(Trackers.Cancellation);
        Assert.Equal(1, result.Tracker.Dropped.TooLarge);
        Assert.Equal(1, result.Outbox.Delivered);
        Trackers.AssertAccountingInvariants(result, tracked: 2);
        Assert.Contains("MaxEventBytes", logger.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_of_300_KB_arrives_where_the_limit_allows_it()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator, options => options.MaxEventBytes = 1_000_000);
        string path = string.Concat(Enumerable.Repeat("/\"漢😀", 40_000));
        Assert.Equal(TrackResult.Accepted, tracker.Track(Trackers.Alice, new PageViewed(path)));
        await tracker.FlushAsync(Trackers.Cancellation);
        Assert.Equal(path, Assert.Single(emulator.Events).Properties!.Value.GetProperty("path").GetString());
    }

    [Fact]
    public async Task An_event_that_the_filter_rejects_is_filtered_and_its_getters_are_not_read()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator, options => options.Filter = (user, name) => user == Trackers.Bob && name == "page_viewed");
        bool isRead = false;
        Assert.Equal(TrackResult.Filtered, tracker.Track(Trackers.Alice, new PageViewed("/")));
        Assert.Equal(TrackResult.Filtered, tracker.Track(Trackers.Bob, new Misbehaving(() => (isRead = true).ToString())));
        Assert.Equal(TrackResult.Accepted, tracker.Track(Trackers.Bob, new PageViewed("/")));
        FlushResult result = await tracker.FlushAsync(Trackers.Cancellation);
        Assert.False(isRead);
        Assert.Equal(2, result.Tracker.Dropped.Filtered);
        Trackers.AssertAccountingInvariants(result, tracked: 3);
    }

    [Fact]
    public async Task After_the_end_a_tracker_is_closed()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        EventTracker tracker = Trackers.Create(emulator);
        FlushResult last = await tracker.StopAsync(Trackers.Cancellation);
        Assert.Equal(TrackResult.Closed, tracker.Track(Trackers.Alice, new PageViewed("/")));
        Assert.Equal(TrackResult.Closed, await tracker.TrackAsync(Trackers.Alice, new PageViewed("/"), cancellationToken: Trackers.Cancellation));
        Assert.Equal(2, tracker.Statistics.Dropped.Closed);
        Assert.Equal(2, tracker.Statistics.Tracked);
        Assert.Equal(last, await tracker.FlushAsync(Trackers.Cancellation));
        Assert.Equal(last, await tracker.StopAsync(Trackers.Cancellation));
        await tracker.DisposeAsync();
    }

    [Fact]
    public async Task Numbers_that_json_cannot_say_are_left_out_counted_and_logged_once_for_each_property()
    {
        using var logger = new CapturingLogger();
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator, options => options.LoggerFactory = logger);
        tracker.TrackMeasured(Trackers.Alice, double.NaN, float.PositiveInfinity);
        tracker.TrackMeasured(Trackers.Alice, double.NegativeInfinity, 1);
        await tracker.FlushAsync(Trackers.Cancellation);

        Assert.Equal(["{}", """{"share":1}"""], emulator.Events.Select(received => received.Properties!.Value.GetRawText()));
        Assert.Equal(3, tracker.Statistics.NonFiniteNumbersOmitted);
        Assert.Single(logger.Entries, entry => entry.Text.Contains("'ratio'", StringComparison.Ordinal));
        Assert.Single(logger.Entries, entry => entry.Text.Contains("'share'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Texts_are_cut_on_a_character_where_that_is_set_and_counted()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator, options => options.MaxStringBytes = 8);
        tracker.Track(Trackers.Alice, new PageViewed("12345678"));
        tracker.Track(Trackers.Alice, new PageViewed("123456789"));
        tracker.Track(Trackers.Alice, new PageViewed("123456😀"));
        tracker.Track(Trackers.Alice, new PageViewed("漢漢漢"));
        tracker.Track(Trackers.Alice, new PageViewed("1234😀"), new EventContext(RandomId: "longer than eight bytes"));
        await tracker.FlushAsync(Trackers.Cancellation);

        Assert.Equal(
            ["12345678", "12345678", "123456", "漢漢", "1234😀"],
            emulator.Events.Select(received => received.Properties!.Value.GetProperty("path").GetString()));
        Assert.Equal(3, tracker.Statistics.StringsTruncated);
        Assert.Equal("longer than eight bytes", emulator.Events[^1].RandomId);
    }

    [Fact]
    public async Task A_full_buffer_answers_so_and_TrackAsync_waits_for_room()
    {
        using var logger = new CapturingLogger();
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        var outbox = new BlockableOutbox(new MemoryOutbox()) { IsOpen = false };
        await using EventTracker tracker = Trackers.Create(emulator, options =>
        {
            options.BufferBytes = 64 * 1024;
            options.Outbox = outbox;
            options.LoggerFactory = logger;
        });

        int accepted = 0;
        while (tracker.Track(Trackers.Alice, new PageViewed(new string('a', 1000))) == TrackResult.Accepted)
        {
            accepted++;
        }

        Assert.InRange(accepted, 20, 64);
        Task<TrackResult> waiting = tracker.TrackAsync(Trackers.Alice, new PageViewed(new string('b', 1000)), cancellationToken: Trackers.Cancellation).AsTask();
        using var cancellation = new CancellationTokenSource();
        Task<TrackResult> cancelled = tracker.TrackAsync(Trackers.Alice, new PageViewed(new string('c', 1000)), cancellationToken: cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.False(waiting.IsCompleted);

        outbox.IsOpen = true;
        tracker.Track(Trackers.Alice, new PageViewed("wakes the hand-over"));
        Assert.Equal(TrackResult.Accepted, await waiting);
        FlushResult result = await tracker.FlushAsync(Trackers.Cancellation);

        Assert.Equal(1, result.Tracker.Dropped.Cancelled);
        Assert.InRange(result.Tracker.Dropped.BufferFull, 1, 2);
        Trackers.AssertAccountingInvariants(result, result.Tracker.Tracked);
        Assert.Equal(result.Tracker.Appended, emulator.EventCount);
        Assert.Single(logger.Entries, entry => entry.Level == LogLevel.Warning && entry.Text.Contains("buffer is full", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_call_that_is_cancelled_beforehand_is_counted()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => tracker.TrackAsync(Trackers.Alice, new PageViewed("/"), cancellationToken: new CancellationToken(canceled: true)).AsTask());
        Assert.Equal(1, tracker.Statistics.Dropped.Cancelled);
        Assert.Equal(1, tracker.Statistics.Tracked);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_once_it_had_room_throws_and_its_event_is_sent_all_the_same()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        var outbox = new BlockableOutbox(new MemoryOutbox()) { IsOpen = false };
        await using EventTracker tracker = Trackers.Create(emulator, options => options.Outbox = outbox);
        using var cancellation = new CancellationTokenSource();
        Task<TrackResult> call = tracker.TrackAsync(Trackers.Alice, new PageViewed("/"), cancellationToken: cancellation.Token).AsTask();
        Assert.Equal(1, tracker.Statistics.Buffered);

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        outbox.IsOpen = true;
        FlushResult result = await tracker.FlushAsync(Trackers.Cancellation);

        Assert.Equal(0, result.Tracker.Dropped.Cancelled);
        Assert.Equal(1, result.Outbox.Delivered);
        Trackers.AssertAccountingInvariants(result, tracked: 1);
        Assert.Single(emulator.Events);
    }

    [Fact]
    public async Task A_stop_ends_those_who_wait_for_room_and_counts_them_as_closed()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        EventTracker tracker = Trackers.Create(emulator, options =>
        {
            options.BufferBytes = 64 * 1024;
            options.ShutdownTimeout = TimeSpan.Zero;
            options.Outbox = new BlockableOutbox(new MemoryOutbox()) { IsOpen = false };
        });
        int accepted = 0;
        while (tracker.Track(Trackers.Alice, new PageViewed(new string('a', 1000))) == TrackResult.Accepted)
        {
            accepted++;
        }

        Task<TrackResult>[] waiting = [.. Enumerable.Range(0, 3).Select(_ => tracker.TrackAsync(Trackers.Alice, new PageViewed(new string('b', 1000)), cancellationToken: Trackers.Cancellation).AsTask())];
        Assert.All(waiting, call => Assert.False(call.IsCompleted));
        FlushResult result = await tracker.StopAsync(Trackers.Cancellation);

        Assert.All(await Task.WhenAll(waiting), response => Assert.Equal(TrackResult.Closed, response));
        Assert.Equal((3, 1, accepted), (result.Tracker.Dropped.Closed, result.Tracker.Dropped.BufferFull, result.Tracker.Dropped.AtShutdown));
        Trackers.AssertAccountingInvariants(result, tracked: accepted + 4);
    }
}
