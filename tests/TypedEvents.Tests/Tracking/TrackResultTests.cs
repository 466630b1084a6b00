using Microsoft.Extensions.Logging;

namespace TypedEvents.Tests;

/// <summary>The results of calls whose event isn't accepted, and that each is counted.</summary>
public sealed class TrackResultTests
{
    [Fact]
    public async Task A_getter_that_throws_makes_an_invalid_event_and_no_exception()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync();

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(TrackResult.Invalid, scenario.Track(new Misbehaving(() => throw new TimeZoneNotFoundException())));
        }

        Assert.Equal(TrackResult.Invalid, await scenario.TrackAsync(new Misbehaving(() => throw new TimeZoneNotFoundException())));
        Assert.Equal(TrackResult.Invalid, scenario.Track<SignUp>(Trackers.Alice, null!));
        FlushResult result = await scenario.FlushAsync();

        Assert.Equal(5, result.Tracker.Dropped.Invalid);
        Assert.Contains("'misbehaving'", Assert.Single(scenario.Log.Entries, entry => entry.Text.Contains("TimeZoneNotFoundException", StringComparison.Ordinal)).Text, StringComparison.Ordinal);
        Assert.Empty(scenario.Emulator.Requests);
    }

    [Fact]
    public async Task An_event_without_a_valid_user_is_invalid()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync();
        Assert.Equal(TrackResult.Invalid, scenario.Track(default(Euid), new PageViewed("/")));
        Assert.Equal(TrackResult.Invalid, scenario.Track(default, new PageViewed("/")));
        Assert.Equal(TrackResult.Invalid, scenario.Track(Trackers.Alice, new PageViewed("/"), new EventContext(RandomId: "")));
        await scenario.FlushAsync();
        Assert.Equal(3, scenario.Statistics.Dropped.Invalid);
    }

    [Fact]
    public async Task The_log_names_a_null_event_and_an_unset_time()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync();
        Assert.Equal(TrackResult.Invalid, scenario.Track<SignUp>(Trackers.Alice, null!));
        Assert.Equal(TrackResult.Invalid, await scenario.TrackAsync(Trackers.Alice, new PageViewed("/"), new EventContext(OccurredAt: default(DateTimeOffset)), Trackers.Cancellation));
        Assert.Equal(TrackResult.Accepted, scenario.Track(Trackers.Alice, new PageViewed("/"), new EventContext(OccurredAt: DateTimeOffset.UnixEpoch)));
        FlushResult result = await scenario.FlushAsync();

        Assert.Equal(2, result.Tracker.Dropped.Invalid);
        Assert.Equal(0, Assert.Single(scenario.Emulator.Events).Itime);
        Assert.Contains("the event is null", Assert.Single(scenario.Log.Entries, entry => entry.Text.Contains("'sign_up'", StringComparison.Ordinal)).Text, StringComparison.Ordinal);
        Assert.Contains("OccurredAt", Assert.Single(scenario.Log.Entries, entry => entry.Text.Contains("'page_viewed'", StringComparison.Ordinal)).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("getters", scenario.Log.Text, StringComparison.Ordinal);
    }

    public static TheoryData<string, EngageUser, EventContext> IllFormedIds => new()
    {
        { "RandomId", Trackers.Alice, new EventContext(RandomId: "order-\uD83D") },
        { "RandomId", Trackers.Alice, new EventContext(RandomId: "\uDE00order") },
        { "external id", EngageUser.UserId("anna-\uD83D"), default },
        { "external id", EngageUser.AnonymousId("\uD83D\uD83D\uDE00"), default },
    };

    /// <summary>Each half of a pair would be replaced by U+FFFD, so that two ids become one.</summary>
    [Theory]
    [MemberData(nameof(IllFormedIds), DisableDiscoveryEnumeration = true)]
    public async Task An_event_with_an_id_that_holds_half_of_a_surrogate_pair_is_invalid(string what, EngageUser user, EventContext context)
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync();
        Assert.Equal(TrackResult.Invalid, scenario.Track(user, new PageViewed("/"), context));
        Assert.Equal(TrackResult.Accepted, scenario.Track(EngageUser.UserId("anna-\U0001F600"), new PageViewed("/"), new EventContext(RandomId: "order-\U0001F600")));
        FlushResult result = await scenario.FlushAsync();
        Assert.Equal((1, 1), (result.Tracker.Dropped.Invalid, result.Outbox!.Delivered));
        Assert.Equal("order-\U0001F600", Assert.Single(scenario.Emulator.Events).RandomId);
        Assert.Contains(what, scenario.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_is_not_read_further_once_the_event_is_too_large()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.MaxEventBytes = 1000);
        int read = 0;
        Assert.Equal(TrackResult.TooLarge, scenario.Track(new Listed(Texts: Endless("x"))));
        Assert.InRange(read, 1, 10_000);

        // Omitted elements don't make the event larger, but reading them must end, too.
        Assert.Equal(TrackResult.TooLarge, scenario.Track(new Listed(Texts: Endless<string?>(null))));
        Assert.Equal(TrackResult.TooLarge, scenario.Track(new Listed(Ids: Endless<Guid?>(null))));
        Assert.Equal(TrackResult.TooLarge, scenario.Track(new Listed(Days: Endless(DayOfWeek.Monday))));
        Assert.Equal(TrackResult.Accepted, scenario.Track(new Listed(["a", null, "b"], [null], [DayOfWeek.Friday])));
        await scenario.FlushAsync();
        Assert.Equal("""{"texts":["a","b"],"ids":[],"days":["friday"]}""", Assert.Single(scenario.Emulator.Events).PropertiesJson());

        IEnumerable<T> Endless<T>(T value)
        {
            while (true)
            {
                Assert.True(++read < 1_000_000, "The list is read endlessly.");
                yield return value;
            }
        }
    }

    [Fact]
    public async Task An_event_over_the_limit_is_too_large_and_the_next_one_is_not()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync();
        Assert.Equal(TrackResult.TooLarge, scenario.Track(new PageViewed(new string('a', 33 * 1024))));
        Assert.Equal(TrackResult.Accepted, scenario.Track(new PageViewed(new string('a', 32 * 1024 - 300))));
        FlushResult result = await scenario.FlushAsync();
        Assert.Equal(1, result.Tracker.Dropped.TooLarge);
        Assert.Equal(1, result.Outbox!.Delivered);
        Assert.Contains("MaxEventBytes", scenario.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_of_300_KB_arrives_where_the_limit_allows_it()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.MaxEventBytes = 1_000_000);
        string path = string.Concat(Enumerable.Repeat("/\"漢😀", 40_000));
        Assert.Equal(TrackResult.Accepted, scenario.Track(new PageViewed(path)));
        await scenario.FlushAsync();
        Assert.Equal(path, Assert.Single(scenario.Emulator.Events).StringProperty("path"));
    }

    [Fact]
    public async Task An_event_that_the_filter_rejects_is_filtered_and_its_getters_are_not_read()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.Filter = (user, name) => user == Trackers.Bob && name == "page_viewed");
        bool isRead = false;
        Assert.Equal(TrackResult.Filtered, scenario.Track(new PageViewed("/")));
        Assert.Equal(TrackResult.Filtered, scenario.Track(Trackers.Bob, new Misbehaving(() => (isRead = true).ToString())));
        Assert.Equal(TrackResult.Accepted, scenario.Track(Trackers.Bob, new PageViewed("/")));
        FlushResult result = await scenario.FlushAsync();
        Assert.False(isRead);
        Assert.Equal(2, result.Tracker.Dropped.Filtered);
    }

    [Fact]
    public async Task After_the_stop_a_tracker_is_closed()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync();
        FlushResult last = await scenario.StopAsync();
        Assert.Equal(TrackResult.Closed, scenario.Track(new PageViewed("/")));
        Assert.Equal(TrackResult.Closed, await scenario.TrackAsync(new PageViewed("/")));
        Assert.Equal(2, scenario.Statistics.Dropped.Closed);
        Assert.Equal(2, scenario.Statistics.Tracked);
        Assert.Equal(last, await scenario.BeginFlush());
        Assert.Equal(last, await scenario.BeginStop());
        await scenario.Tracker.DisposeAsync();
    }

    [Fact]
    public async Task Numbers_that_JSON_can_not_represent_are_omitted_counted_and_logged_once_per_property()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync();
        scenario.TrackMeasured(Trackers.Alice, double.NaN, float.PositiveInfinity);
        scenario.TrackMeasured(Trackers.Alice, double.NegativeInfinity, 1);
        await scenario.FlushAsync();

        Assert.Equal(["{}", """{"share":1}"""], scenario.Emulator.Events.Select(received => received.PropertiesJson()));
        Assert.Equal(3, scenario.Statistics.NonFiniteNumbersOmitted);
        Assert.Single(scenario.Log.Entries, entry => entry.Text.Contains("'ratio'", StringComparison.Ordinal));
        Assert.Single(scenario.Log.Entries, entry => entry.Text.Contains("'share'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Strings_are_truncated_between_characters_if_that_is_set_and_counted()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.MaxStringBytes = 8);
        scenario.Track(new PageViewed("12345678"));
        scenario.Track(new PageViewed("123456789"));
        scenario.Track(new PageViewed("123456😀"));
        scenario.Track(new PageViewed("漢漢漢"));
        scenario.Track(Trackers.Alice, new PageViewed("1234😀"), new EventContext(RandomId: "longer than eight bytes"));
        await scenario.FlushAsync();

        Assert.Equal(
            ["12345678", "12345678", "123456", "漢漢", "1234😀"],
            scenario.Emulator.Events.Select(received => received.StringProperty("path")));
        Assert.Equal(3, scenario.Statistics.StringsTruncated);
        Assert.Equal("longer than eight bytes", scenario.Emulator.Events[^1].RandomId);
    }

    [Fact]
    public async Task With_a_full_buffer_Track_returns_BufferFull_and_TrackAsync_waits_for_room()
    {
        var outbox = new BlockableOutbox(new MemoryOutbox()) { IsOpen = false };
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options =>
        {
            options.BufferBytes = 64 * 1024;
            options.Outbox = outbox;
        });

        int accepted = 0;
        while (scenario.Track(new PageViewed(new string('a', 1000))) == TrackResult.Accepted)
        {
            accepted++;
        }

        Assert.InRange(accepted, 20, 64);
        Task<TrackResult> waiting = scenario.TrackAsync(new PageViewed(new string('b', 1000))).AsTask();
        using var cancellation = new CancellationTokenSource();
        Task<TrackResult> cancelled = scenario.TrackAsync(Trackers.Alice, new PageViewed(new string('c', 1000)), cancellationToken: cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.False(waiting.IsCompleted);

        outbox.IsOpen = true;
        scenario.Track(new PageViewed("wakes the hand-over"));
        Assert.Equal(TrackResult.Accepted, await waiting);
        FlushResult result = await scenario.FlushAsync();

        Assert.Equal(1, result.Tracker.Dropped.Cancelled);
        Assert.InRange(result.Tracker.Dropped.BufferFull, 1, 2);
        Assert.Equal(result.Tracker.Appended, scenario.Emulator.EventCount);
        Assert.Single(scenario.Log.Entries, entry => entry.Level == LogLevel.Warning && entry.Text.Contains("buffer is full", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_call_that_is_cancelled_beforehand_is_counted()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => scenario.TrackAsync(Trackers.Alice, new PageViewed("/"), cancellationToken: new CancellationToken(canceled: true)).AsTask());
        Assert.Equal(1, scenario.Statistics.Dropped.Cancelled);
        Assert.Equal(1, scenario.Statistics.Tracked);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_once_its_event_is_buffered_throws_and_the_event_is_sent()
    {
        var outbox = new BlockableOutbox(new MemoryOutbox()) { IsOpen = false };
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.Outbox = outbox);
        using var cancellation = new CancellationTokenSource();
        Task<TrackResult> call = scenario.TrackAsync(Trackers.Alice, new PageViewed("/"), cancellationToken: cancellation.Token).AsTask();
        Assert.Equal(1, scenario.Statistics.Buffered);

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        outbox.IsOpen = true;
        FlushResult result = await scenario.FlushAsync();

        Assert.Equal(0, result.Tracker.Dropped.Cancelled);
        Assert.Equal(1, result.Outbox!.Delivered);
        Assert.Single(scenario.Emulator.Events);
    }

    [Fact]
    public async Task A_stop_ends_calls_that_wait_for_room_and_counts_them_as_closed()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options =>
        {
            options.BufferBytes = 64 * 1024;
            options.ShutdownTimeout = TimeSpan.Zero;
            options.Outbox = new BlockableOutbox(new MemoryOutbox()) { IsOpen = false };
        });
        int accepted = 0;
        while (scenario.Track(new PageViewed(new string('a', 1000))) == TrackResult.Accepted)
        {
            accepted++;
        }

        Task<TrackResult>[] waiting = [.. Enumerable.Range(0, 3).Select(_ => scenario.TrackAsync(new PageViewed(new string('b', 1000))).AsTask())];
        Assert.All(waiting, call => Assert.False(call.IsCompleted));
        FlushResult result = await scenario.StopAsync();

        Assert.All(await Task.WhenAll(waiting), response => Assert.Equal(TrackResult.Closed, response));
        Assert.Equal((3, 1, accepted), (result.Tracker.Dropped.Closed, result.Tracker.Dropped.BufferFull, result.Tracker.Dropped.AtShutdown));
    }
}
