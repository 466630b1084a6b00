using System.Text;
using System.Text.Json;

namespace TypedEvents.Tests;

public sealed class EventBatchTests
{
    [Fact]
    public void An_event_stands_in_a_batch_as_it_is_sent()
    {
        using var batch = new EventBatch(timeProvider: Trackers.FakeClock());
        Assert.True(batch.TryAdd(Trackers.Alice, new SignUp("pro", 3), new EventContext(RandomId: "r-1")));
        Assert.Equal(
            """{"event_name":"sign_up","euid":10000091198,"itime":1777863721000,"random_id":"r-1","properties":{"plan":"pro","seats":3}}""",
            Encoding.UTF8.GetString(batch.Events.Span));
    }

    [Fact]
    public void Events_are_taken_up_to_the_limit_and_again_after_clearing()
    {
        using var batch = new EventBatch(maxEvents: 2);
        Assert.True(batch.TryAdd(Trackers.Alice, new PageViewed("/1")));
        Assert.True(batch.TryAdd(Trackers.Bob, new PageViewed("/2")));
        Assert.False(batch.TryAdd(Trackers.Alice, new PageViewed("/3")));
        Assert.Equal(2, batch.Count);
        using (JsonDocument json = JsonDocument.Parse($"[{Encoding.UTF8.GetString(batch.Events.Span)}]"))
        {
            Assert.Equal([10000091198, 10000091199], json.RootElement.EnumerateArray().Select(item => item.GetProperty("euid").GetInt64()));
        }

        batch.Clear();
        Assert.True(batch.TryAdd(Trackers.Alice, new PageViewed("/3")));
        Assert.Equal(1, batch.Count);
    }

    [Fact]
    public void A_batch_keeps_to_its_bytes()
    {
        using var batch = new EventBatch(maxBytes: 1024);
        int added = 0;
        while (batch.TryAdd(Trackers.Alice, new PageViewed(new string('p', 100))))
        {
            added++;
        }

        Assert.InRange(added, 2, 10);
        Assert.InRange(batch.Events.Length, 500, 1024);
    }

    [Fact]
    public void What_can_never_be_added_is_rejected_with_the_remedy_and_leaves_the_batch_as_it_was()
    {
        using var batch = new EventBatch(maxBytes: 1024);
        Assert.True(batch.TryAdd(Trackers.Alice, new PageViewed("/")));
        int length = batch.Events.Length;

        Assert.Contains("maxBytes", Assert.Throws<ArgumentException>(() => batch.TryAdd(Trackers.Alice, new PageViewed(new string('p', 2000)))).Message, StringComparison.Ordinal);
        Assert.Contains("new Euid", Assert.Throws<ArgumentException>(() => batch.TryAdd(default, new PageViewed("/"))).Message, StringComparison.Ordinal);
        Assert.Contains("OccurredAt", Assert.Throws<ArgumentException>(() => batch.TryAdd(Trackers.Alice, new PageViewed("/"), new EventContext(OccurredAt: default(DateTimeOffset)))).Message, StringComparison.Ordinal);
        Assert.Contains("RandomId", Assert.Throws<ArgumentException>(() => batch.TryAdd(Trackers.Alice, new PageViewed("/"), new EventContext(RandomId: ""))).Message, StringComparison.Ordinal);
        Assert.Contains("surrogate", Assert.Throws<ArgumentException>(() => batch.TryAdd(Trackers.Alice, new PageViewed("/"), new EventContext(RandomId: "r-\uD83D"))).Message, StringComparison.Ordinal);
        Assert.Contains("maxBytes", Assert.Throws<ArgumentException>(() => batch.TryAdd(Trackers.Alice, new Listed(Enumerable.Repeat<string?>(null, int.MaxValue)))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => batch.TryAdd(Trackers.Alice, (SignUp)null!));
        Assert.Throws<TimeZoneNotFoundException>(() => batch.TryAdd(Trackers.Alice, new Misbehaving(() => throw new TimeZoneNotFoundException())));

        Assert.Equal(length, batch.Events.Length);
        Assert.Equal(1, batch.Count);
        Assert.True(batch.TryAdd(Trackers.Alice, new PageViewed("/")));
    }

    [Fact]
    public void An_event_of_300_KB_is_taken_where_the_limit_allows_it()
    {
        using var batch = new EventBatch(maxBytes: 1_000_000);
        string text = string.Concat(Enumerable.Repeat("0123456789\"漢", 25_000));
        Assert.True(batch.TryAdd(Trackers.Alice, new PageViewed(text)));
        using JsonDocument json = JsonDocument.Parse(batch.Events);
        Assert.Equal(text, json.RootElement.GetProperty("properties").GetProperty("path").GetString());
    }

    [Fact]
    public void Limits_that_are_too_small_and_use_after_the_end_are_rejected()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new EventBatch(maxEvents: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EventBatch(maxBytes: 1023));
        var batch = new EventBatch();
        batch.Dispose();
        Assert.Throws<ObjectDisposedException>(() => batch.TryAdd(Trackers.Alice, new PageViewed("/")));
    }
}
