using Microsoft.Extensions.Time.Testing;

namespace TypedEvents.Testing.Tests;

/// <summary>Waiting for code that tracks in the background.</summary>
public sealed class WaitingTests : IDisposable
{
    private static readonly EngageUser User = EngageUser.UserId("user-42");
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(1);

    private readonly RecordingTracker _tracker = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _tracker.Dispose();

    [Fact]
    public async Task An_event_that_is_recorded_already_counts()
    {
        _tracker.TrackPageViewed(User, "/a");

        Task<RecordedEvent<PageViewed>> found = _tracker.WaitForAsync<PageViewed>(cancellationToken: Token);

        Assert.Equal("/a", (await found).Value.Path);
    }

    [Fact]
    public async Task A_later_event_ends_the_waiting()
    {
        Task<RecordedEvent<PageViewed>> found = _tracker.WaitForAsync<PageViewed>(view => view.Path == "/b", cancellationToken: Token);
        _tracker.TrackOrderPlacedAgain(User, 1);
        _tracker.TrackPageViewed(User, "/a");
        Assert.False(found.IsCompleted);

        _tracker.TrackPageViewed(User, "/b");

        Assert.Equal("/b", (await found).Value.Path);
    }

    [Fact]
    public async Task The_code_that_tracks_does_not_run_what_the_test_does_next()
    {
        int? continuedOn = null;
        Task continued = WaitAsync();

        _tracker.TrackPageViewed(User, "/a");
        int trackedOn = Environment.CurrentManagedThreadId;
        bool ranWithin = continuedOn == trackedOn;
        await continued;

        Assert.False(ranWithin);

        async Task WaitAsync()
        {
            await _tracker.WaitForAsync<PageViewed>(cancellationToken: Token).ConfigureAwait(false);
            continuedOn = Environment.CurrentManagedThreadId;
        }
    }

    [Fact]
    public async Task A_number_of_events_is_waited_for()
    {
        _tracker.TrackOrderPlacedAgain(User, 1);
        Task<IReadOnlyList<RecordedEvent<OrderPlacedAgain>>> found = _tracker.WaitForAsync<OrderPlacedAgain>(3, cancellationToken: Token);
        _tracker.TrackOrderPlacedAgain(User, 2);
        Assert.False(found.IsCompleted);

        _tracker.TrackOrderPlacedAgain(User, 3);
        _tracker.TrackOrderPlacedAgain(User, 4);

        Assert.Equal([1, 2, 3], (await found).Select(item => item.Value.Number));
    }

    [Fact]
    public async Task A_fake_clock_does_not_prevent_the_timeout()
    {
        using var tracker = new RecordingTracker(options => options.TimeProvider = new FakeTimeProvider());
        tracker.TrackPageViewed(User, "/a");

        EventAssertionException exception = await Assert.ThrowsAsync<EventAssertionException>(
            () => tracker.WaitForAsync<PageViewed>(view => view.Path == "/b", Soon, Token));

        Assert.StartsWith("Expected one PageViewed where view => view.Path == \"/b\" within 00:00:00.0010000, but none came.", exception.Message, StringComparison.Ordinal);
        Assert.Contains("The predicate doesn't hold for it.", exception.Message, StringComparison.Ordinal);
        Assert.Single(exception.Recorded);
    }

    [Fact]
    public async Task The_options_give_the_timeout_where_the_call_does_not()
    {
        using var tracker = new RecordingTracker(options => options.WaitTimeout = Soon);
        tracker.TrackOrderPlacedAgain(User, 1);

        EventAssertionException exception = await Assert.ThrowsAsync<EventAssertionException>(() => tracker.WaitForAsync<OrderPlacedAgain>(2, cancellationToken: Token));

        Assert.Contains("Expected 2 OrderPlacedAgain within 00:00:00.0010000, but only 1 came.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_ends_the_waiting()
    {
        using var cancellation = new CancellationTokenSource();
        Task<RecordedEvent<PageViewed>> found = _tracker.WaitForAsync<PageViewed>(cancellationToken: cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => found);
    }

    [Fact]
    public async Task Disposing_the_tracker_ends_the_waiting()
    {
        Task<RecordedEvent<PageViewed>> found = _tracker.WaitForAsync<PageViewed>(cancellationToken: Token);

        _tracker.Dispose();

        Assert.Contains("before the tracker was disposed", (await Assert.ThrowsAsync<EventAssertionException>(() => found)).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<EventAssertionException>(() => _tracker.WaitForAsync<PageViewed>(cancellationToken: Token));
    }

    [Fact]
    public async Task A_predicate_that_throws_fails_the_test_and_not_the_code_that_tracks()
    {
        Task<RecordedEvent<PageViewed>> found = _tracker.WaitForAsync<PageViewed>(_ => throw new FormatException("wrong"), cancellationToken: Token);

        Assert.Equal(TrackResult.Accepted, _tracker.TrackPageViewed(User, "/a"));

        await Assert.ThrowsAsync<FormatException>(() => found);
    }

    [Fact]
    public async Task Calls_are_read_as_they_are_made_until_the_end()
    {
        _tracker.TrackPageViewed(User, "/forgotten");
        _tracker.Clear();
        _tracker.TrackPageViewed(User, "/a");
        List<string> read = [];
        Task reading = ReadAsync();

        _tracker.TrackOrderPlacedAgain(default, 1);
        _tracker.TrackPageViewed(User, "/b");
        _tracker.Dispose();
        await reading;

        Assert.Equal(["Accepted /a", "Invalid", "Accepted /b"], read);

        async Task ReadAsync()
        {
            await foreach (RecordedEvent item in _tracker.ReadAsync(Token))
            {
                read.Add($"{item.Result} {(item.Value as PageViewed)?.Path}".TrimEnd());
            }
        }
    }

    [Fact]
    public async Task Nobody_waits_for_less_than_one_event_or_no_time()
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _tracker.WaitForAsync<PageViewed>(0, cancellationToken: Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _tracker.WaitForAsync<PageViewed>(timeout: TimeSpan.Zero, cancellationToken: Token));
        Assert.Throws<ArgumentOutOfRangeException>(() => _tracker.Return(TrackResult.Closed, 0));
    }
}
