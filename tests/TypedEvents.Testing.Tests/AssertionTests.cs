namespace TypedEvents.Testing.Tests;

/// <summary>What assertions accept, and what their failures say.</summary>
public sealed class AssertionTests : IDisposable
{
    private static readonly EngageUser User = EngageUser.UserId("user-42");

    private readonly RecordingTracker _tracker = new();

    public void Dispose() => _tracker.Dispose();

    [Fact]
    public void Nothing_holds_until_an_event_is_accepted()
    {
        _tracker.Nothing();
        _tracker.TrackPageViewed(User, "/a");

        AssertFails(_tracker.Nothing, "Expected no event, but 1 were accepted.", """#1 +0.000s page_viewed {"path":"/a"} user_id=user-42""");
    }

    [Fact]
    public void Of_returns_the_events_of_a_type_in_order()
    {
        _tracker.TrackPageViewed(User, "/a");
        _tracker.TrackOrderPlacedAgain(User, 1);
        _tracker.TrackPageViewed(User, "/b");

        Assert.Equal(["/a", "/b"], _tracker.Of<PageViewed>().Select(item => item.Value.Path));
        Assert.Equal("/b", Assert.Single(_tracker.Of<PageViewed>(view => view.Path == "/b")).Value.Path);
        Assert.Empty(_tracker.Of<OrderPlaced>());
    }

    [Fact]
    public void A_missing_event_lists_what_was_recorded()
    {
        AssertFails(() => _tracker.Single<OrderPlaced>(), "Expected one OrderPlaced, but none was accepted.", "Nothing was recorded.");

        _tracker.TrackPageViewed(new Euid(7), "/a");
        EventAssertionException exception = AssertFails(() => _tracker.Single<OrderPlaced>(), "Recorded:", """page_viewed {"path":"/a"} euid=7""");

        Assert.Equal(_tracker.Events, exception.Recorded);
        Assert.DoesNotContain("Nearest miss", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_nearest_miss_is_an_event_for_which_the_predicate_does_not_hold()
    {
        _tracker.TrackOrderPlaced(User, Guid.Empty, 5);
        _tracker.TrackPageViewed(User, "/a");

        AssertFails(
            () => _tracker.Single<OrderPlaced>(order => order.Total == 12),
            "Expected one OrderPlaced where order => order.Total == 12, but none was accepted.",
            "Nearest miss: order_placed {\"order_id\":\"00000000-0000-0000-0000-000000000000\",\"total\":5} user_id=user-42. The predicate doesn't hold for it.");
    }

    [Fact]
    public void The_nearest_miss_is_an_event_that_was_not_accepted()
    {
        _tracker.TrackOrderPlaced(User, Guid.Empty, 5);
        _tracker.Return(TrackResult.BufferFull);
        _tracker.TrackOrderPlaced(User, Guid.Empty, 12);

        AssertFails(
            () => _tracker.Single<OrderPlaced>(order => order.Total == 12),
            "Nearest miss: order_placed {\"order_id\":\"00000000-0000-0000-0000-000000000000\",\"total\":12} user_id=user-42 → BufferFull",
            "It was tracked, but not accepted.");
    }

    [Fact]
    public void The_nearest_miss_is_an_event_of_a_type_with_nearly_the_same_name()
    {
        _tracker.TrackOrderPlacedAgain(User, 1);
        _tracker.TrackPageViewed(User, "/a");

        AssertFails(() => _tracker.Single<OrderPlaced>(), "Nearest miss: order_placed_again {\"number\":1} user_id=user-42. Its type is OrderPlacedAgain.");
    }

    [Fact]
    public void More_than_one_event_is_not_a_single_one()
    {
        _tracker.TrackPageViewed(User, "/a");
        _tracker.TrackPageViewed(User, "/b");

        AssertFails(() => _tracker.Single<PageViewed>(), "Expected one PageViewed, but 2 were accepted:", "/a", "/b");
        Assert.Equal("/b", _tracker.Single<PageViewed>(view => view.Path == "/b").Value.Path);
    }

    [Fact]
    public void None_fails_for_an_event_for_which_the_predicate_holds()
    {
        _tracker.TrackPageViewed(User, "/a");

        _tracker.None<OrderPlaced>();
        _tracker.None<PageViewed>(view => view.Path == "/b");
        AssertFails(() => _tracker.None<PageViewed>(view => view.Path == "/a"), "Expected no PageViewed where view => view.Path == \"/a\", but 1 were accepted:");
    }

    [Fact]
    public void A_long_list_is_cut_and_a_long_event_too()
    {
        for (int number = 1; number <= 60; number++)
        {
            _tracker.TrackOrderPlacedAgain(User, number);
        }

        _tracker.TrackPageViewed(User, new string('x', 5000));
        EventAssertionException exception = AssertFails(() => _tracker.Single<SeatTaken>(), "#50 ", "… and 11 more");

        Assert.DoesNotContain("#51 ", exception.Message, StringComparison.Ordinal);
        Assert.Equal(61, exception.Recorded.Count);
        Assert.True(_tracker.Events[60].ToString().Length < 500);
    }

    [Fact]
    public void Snapshots_are_copies()
    {
        _tracker.TrackPageViewed(User, "/a");
        IReadOnlyList<RecordedEvent> before = _tracker.Events;
        IReadOnlyList<RecordedEvent> cleared = _tracker.Snapshot(clear: true);
        _tracker.TrackPageViewed(User, "/b");

        Assert.Single(before);
        Assert.Equal(before, cleared);
        Assert.Equal("/b", _tracker.Single<PageViewed>().Value.Path);

        _tracker.Clear();
        _tracker.Nothing();
    }

    [Fact]
    public void The_timeline_has_a_line_for_each_call()
    {
        _tracker.TrackPageViewed(User, "/a");
        _tracker.TrackPageViewed(default, "/b");
        using var writer = new StringWriter();

        _tracker.WriteTimeline(writer);

        string[] lines = writer.ToString().TrimEnd().Split(Environment.NewLine);
        Assert.Equal(2, lines.Length);
        Assert.Equal("""#1 +0.000s page_viewed {"path":"/a"} user_id=user-42""", lines[0]);
        Assert.Contains("page_viewed without a user → Invalid: ", lines[1], StringComparison.Ordinal);
    }

    private static EventAssertionException AssertFails(Action assertion, params string[] parts)
    {
        EventAssertionException exception = Assert.Throws<EventAssertionException>(assertion);
        Assert.All(parts, part => Assert.Contains(part, exception.Message, StringComparison.Ordinal));
        return exception;
    }
}
