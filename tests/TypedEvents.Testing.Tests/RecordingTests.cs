using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace TypedEvents.Testing.Tests;

/// <summary>What is recorded for a call, and that it is what a real tracker does.</summary>
public sealed class RecordingTests
{
    private static readonly EngageUser User = EngageUser.UserId("user-42");
    private static readonly Euid Known = new(10000091198);

    [Fact]
    public void An_event_is_recorded_before_the_call_returns()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2030, 5, 6, 7, 8, 9, TimeSpan.Zero));
        using var tracker = new RecordingTracker(options => options.TimeProvider = clock);
        Guid id = Guid.NewGuid();

        TrackResult result = tracker.TrackOrderPlaced(User, id, 12.50m);

        Assert.Equal(TrackResult.Accepted, result);
        RecordedEvent<OrderPlaced> order = tracker.Single<OrderPlaced>();
        Assert.Same(order, Assert.Single(tracker.Events));
        Assert.Equal(new OrderPlaced(id, 12.50m), order.Value);
        Assert.Same(order.Value, ((RecordedEvent)order).Value);
        Assert.Equal(("order_placed", User, clock.GetUtcNow(), default(EventContext)), (order.EventName, order.User, order.At, order.Context));
        Assert.Equal($$"""{"order_id":"{{id}}","total":12.50}""", order.PropertiesJson);
        Assert.StartsWith("""{"event_name":"order_placed","euid":null,"itime":1904281689000,"random_id":""", order.Json, StringComparison.Ordinal);
        Assert.Null(order.Problem);
        Assert.Null(order.Transaction);
    }

    [Fact]
    public async Task The_asynchronous_call_completes_at_once()
    {
        using var tracker = new RecordingTracker();

        ValueTask<TrackResult> tracked = tracker.TrackSeatTakenAsync(Known, 12, 'C', cancellationToken: TestContext.Current.CancellationToken);

        Assert.True(tracked.IsCompletedSuccessfully);
        Assert.Equal(TrackResult.Accepted, await tracked);
        Assert.Equal(new SeatTaken(12, 'C'), tracker.Single<SeatTaken>().Value);
    }

    [Fact]
    public void The_JSON_is_what_a_batch_sends()
    {
        var context = new EventContext(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero), "import-17");
        var order = new OrderPlaced(Guid.NewGuid(), 1.5m, "\"ä\"\n");
        using var tracker = new RecordingTracker();
        using var batch = new EventBatch();

        tracker.Track(Known, order, context);
        batch.TryAdd(Known, order, context);

        RecordedEvent recorded = tracker.Single<OrderPlaced>();
        Assert.Equal(Encoding.UTF8.GetString(batch.Events.Span), recorded.Json);
        Assert.Equal(context, recorded.Context);
    }

    [Fact]
    public void An_event_of_a_type_that_is_known_at_run_time_only_is_recorded_under_its_own_type()
    {
        using var tracker = new RecordingTracker();
        IEngageEvent[] events = [new PageViewed("/"), new SeatTaken(1, 'A')];

        Array.ForEach(events, item => tracker.Track(User, item));

        Assert.Equal("/", tracker.Single<PageViewed>().Value.Path);
        Assert.Equal('A', tracker.Single<SeatTaken>().Value.Seat);
    }

    [Fact]
    public async Task Eight_threads_are_recorded_exactly()
    {
        using var tracker = new RecordingTracker();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
        {
            for (int number = 0; number < 1000; number++)
            {
                tracker.TrackOrderPlacedAgain(new Euid(thread + 1), number);
            }
        })));

        Assert.Equal(8000, tracker.Events.Count);
        Assert.All(
            tracker.Of<OrderPlacedAgain>().GroupBy(item => item.User),
            thread => Assert.Equal(Enumerable.Range(0, 1000), thread.Select(item => item.Value.Number)));
        FlushResult flushed = await tracker.FlushAsync(TestContext.Current.CancellationToken);
        AssertInvariants(flushed);
        Assert.Equal(8000, flushed.Outbox!.Delivered);
    }

    [Fact]
    public void A_value_that_fails_validation_throws_where_it_is_tracked()
    {
        using var tracker = new RecordingTracker();

        EventValidationException exception = Assert.Throws<EventValidationException>(() => tracker.TrackSeatTaken(User, 41, 'A'));

        Assert.Equal("row", exception.PropertyName);
        RecordedEvent recorded = Assert.Single(tracker.Events);
        Assert.Equal((TrackResult.Invalid, "", new SeatTaken(41, 'A')), (recorded.Result, recorded.Json, recorded.Value));
        Assert.Equal(exception.Message, recorded.Problem);
        tracker.Nothing();
    }

    [Fact]
    public async Task The_task_of_a_value_that_fails_validation_throws()
    {
        using var tracker = new RecordingTracker();

        ValueTask<TrackResult> tracked = tracker.TrackSeatTakenAsync(User, 41, 'A', cancellationToken: TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<EventValidationException>(async () => await tracked);
    }

    [Theory]
    [InlineData(ValidationFailurePolicy.Send, TrackResult.Accepted, """{"row":41,"seat":"A"}""")]
    [InlineData(ValidationFailurePolicy.OmitProperty, TrackResult.Accepted, """{"seat":"A"}""")]
    [InlineData(ValidationFailurePolicy.RejectEvent, TrackResult.Invalid, "")]
    public void The_policy_decides_about_a_value_that_fails_validation(ValidationFailurePolicy policy, TrackResult expected, string properties)
    {
        using var tracker = new RecordingTracker(options => options.ValidationFailures = policy);

        TrackResult result = tracker.TrackSeatTaken(User, 41, 'A');

        Assert.Equal((expected, expected, properties), (result, tracker.Events[0].Result, tracker.Events[0].PropertiesJson));
    }

    [Fact]
    public void The_filter_decides_by_user_and_name()
    {
        using var tracker = new RecordingTracker(options => options.Filter = (user, name) => user == User && name == "page_viewed");

        Assert.Equal(TrackResult.Accepted, tracker.TrackPageViewed(User, "/"));
        Assert.Equal(TrackResult.Filtered, tracker.TrackPageViewed(Known, "/"));
        Assert.Equal(TrackResult.Filtered, tracker.TrackOrderPlacedAgain(User, 1));

        Assert.Equal([TrackResult.Accepted, TrackResult.Filtered, TrackResult.Filtered], tracker.Events.Select(item => item.Result));
        tracker.None<OrderPlacedAgain>();
    }

    public static TheoryData<EngageUser, EventContext, string> InvalidCalls => new()
    {
        { default, default, "its user has no valid id" },
        { EngageUser.UserId("\uD800"), default, "half of a surrogate pair" },
        { User, new EventContext(default(DateTimeOffset)), "its OccurredAt is default" },
        { User, new EventContext(RandomId: ""), "its RandomId is empty" },
    };

    [Theory]
    [MemberData(nameof(InvalidCalls))]
    public void An_invalid_call_is_recorded_with_the_reason(EngageUser user, EventContext context, string reason)
    {
        using var tracker = new RecordingTracker();

        Assert.Equal(TrackResult.Invalid, tracker.TrackPageViewed(user, "/", context));

        Assert.Contains(reason, Assert.Single(tracker.Events).Problem, StringComparison.Ordinal);
        tracker.Nothing();
    }

    [Fact]
    public void A_getter_that_throws_makes_the_event_invalid()
    {
        using var tracker = new RecordingTracker();

        Assert.Equal(TrackResult.Invalid, tracker.TrackBroken(User, 7));

        Assert.Contains("InvalidOperationException: No text for 7.", Assert.Single(tracker.Events).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Null_is_invalid_and_not_in_the_list()
    {
        using var tracker = new RecordingTracker();

        Assert.Equal(TrackResult.Invalid, tracker.Track<PageViewed>(User, null!));

        Assert.Empty(tracker.Events);
        Assert.Equal(1, (await tracker.FlushAsync(TestContext.Current.CancellationToken)).Tracker.Dropped.Invalid);
    }

    [Fact]
    public void An_event_over_the_limit_is_too_large_and_a_long_string_is_truncated()
    {
        using var tracker = new RecordingTracker(options => (options.MaxEventBytes, options.MaxStringBytes) = (256, 200));

        Assert.Equal(TrackResult.Accepted, tracker.TrackPageViewed(Known, "ok"));
        Assert.Equal(TrackResult.TooLarge, tracker.TrackPageViewed(Known, new string('x', 300)));
        Assert.Contains("MaxEventBytes (256)", tracker.Events[1].Problem, StringComparison.Ordinal);

        using var longer = new RecordingTracker(options => options.MaxStringBytes = 4);
        longer.TrackPageViewed(Known, "123456");
        Assert.Equal("""{"path":"1234"}""", longer.Events[0].PropertiesJson);
    }

    [Fact]
    public void The_next_calls_return_what_the_test_says()
    {
        using var tracker = new RecordingTracker();
        tracker.Return(TrackResult.Accepted);
        tracker.Return(TrackResult.BufferFull, count: 2);

        Assert.Equal(
            [TrackResult.Accepted, TrackResult.BufferFull, TrackResult.BufferFull, TrackResult.Accepted],
            Enumerable.Range(0, 4).Select(number => tracker.TrackOrderPlacedAgain(User, number)));

        Assert.Equal([0, 3], tracker.Of<OrderPlacedAgain>().Select(item => item.Value.Number));
        Assert.Equal("""{"number":1}""", tracker.Events[1].PropertiesJson);
    }

    [Fact]
    public async Task Every_result_that_a_test_can_ask_for_is_accounted_for()
    {
        using var tracker = new RecordingTracker();
        TrackResult[] results = Enum.GetValues<TrackResult>();

        Array.ForEach(results, result => tracker.Return(result));

        Assert.Equal(results, results.Select(_ => tracker.TrackPageViewed(User, "/")));
        FlushResult flushed = await tracker.FlushAsync(TestContext.Current.CancellationToken);
        AssertInvariants(flushed);
        Assert.Equal(results.Length, flushed.Tracker.Tracked);
    }

    [Fact]
    public async Task An_asynchronous_call_is_never_told_that_the_buffer_is_full()
    {
        using var tracker = new RecordingTracker();
        tracker.Return(TrackResult.BufferFull);

        Assert.Equal(TrackResult.Accepted, await tracker.TrackPageViewedAsync(User, "/", cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(TrackResult.BufferFull, tracker.TrackPageViewed(User, "/"));
    }

    [Fact]
    public async Task A_flush_returns_what_the_test_says_and_the_accounts_balance()
    {
        using var tracker = new RecordingTracker(options => options.ValidationFailures = ValidationFailurePolicy.RejectEvent);
        tracker.TrackPageViewed(User, "/");
        tracker.TrackSeatTaken(User, 41, 'A');
        tracker.Return(TrackResult.Closed);
        tracker.TrackPageViewed(User, "/");

        FlushResult settled = await tracker.FlushAsync(TestContext.Current.CancellationToken);
        tracker.ReturnFlush(FlushOutcome.Blocked, "EngageLab is down.");
        FlushResult blocked = await tracker.FlushAsync(TestContext.Current.CancellationToken);

        AssertInvariants(settled);
        AssertInvariants(blocked);
        Assert.Equal((FlushOutcome.Settled, 1, 0), (settled.Outcome, settled.Outbox!.Delivered, settled.Outbox.Pending));
        Assert.Equal((FlushOutcome.Blocked, "EngageLab is down.", 0, 1), (blocked.Outcome, blocked.Problem, blocked.Outbox!.Delivered, blocked.Outbox.Pending));
        Assert.Equal((3, 1, 1), (blocked.Tracker.Tracked, blocked.Tracker.Dropped.Invalid, blocked.Tracker.Dropped.Closed));
    }

    [Fact]
    public async Task A_disposed_tracker_is_closed_and_keeps_what_it_recorded()
    {
        var tracker = new RecordingTracker();
        tracker.TrackPageViewed(User, "/before");
        await tracker.DisposeAsync();
        tracker.Dispose();

        Assert.Equal(TrackResult.Closed, tracker.TrackPageViewed(User, "/after"));
        Assert.Equal("/before", tracker.Single<PageViewed>().Value.Path);
    }

    [Fact]
    public async Task A_cancelled_call_throws_and_is_counted()
    {
        using var tracker = new RecordingTracker();

        ValueTask<TrackResult> tracked = tracker.TrackPageViewedAsync(User, "/", cancellationToken: new CancellationToken(canceled: true));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await tracked);
        FlushResult flushed = await tracker.FlushAsync(TestContext.Current.CancellationToken);
        AssertInvariants(flushed);
        Assert.Equal(1, flushed.Tracker.Dropped.Cancelled);
    }

    [Theory]
    [InlineData(255, "MaxEventBytes")]
    public void A_wrong_option_is_named(int maxEventBytes, string option) =>
        Assert.Contains(option, Assert.Throws<ArgumentException>(() => new RecordingTracker(options => options.MaxEventBytes = maxEventBytes)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_wait_timeout_of_zero_is_rejected() =>
        Assert.Contains("WaitTimeout", Assert.Throws<ArgumentException>(() => new RecordingTracker(options => options.WaitTimeout = TimeSpan.Zero)).Message, StringComparison.Ordinal);

    private static void AssertInvariants(FlushResult result)
    {
        TrackerStatistics tracker = result.Tracker;
        OutboxStatistics outbox = result.Outbox!;
        Assert.Equal(tracker.Tracked, tracker.Buffered + tracker.Appended + tracker.Dropped.Total);
        Assert.Equal(outbox.Appended, outbox.Delivered + outbox.Pending + outbox.DeadLetters + outbox.Discarded.Total);
    }
}
