namespace TypedEvents.Tests;

/// <summary>What was sent together is removed together, whatever became of the queue while it was on its way.</summary>
public sealed class ReadAheadQueueTests
{
    private readonly ReadAheadQueue _queue = new();

    [Fact]
    public void What_was_taken_is_removed_and_what_was_read_since_stays()
    {
        Read(1, 2, 3);
        OutboxEvent[] sent = _queue.Next(maxEvents: 2, maxBytes: 1000);
        Read(4, 5);

        _queue.Remove(sent);

        AssertQueued(3, 4, 5);
    }

    [Fact]
    public void What_was_read_again_meanwhile_is_removed_wherever_it_is()
    {
        Read(1, 2, 3, 4);
        OutboxEvent[] sent = _queue.Next(maxEvents: 3, maxBytes: 1000);
        _queue.Rewind(partition: 0, position: 2);
        Read(3, 4);
        AssertQueued(1, 3, 4);

        _queue.Remove(sent);

        AssertQueued(4);
    }

    [Fact]
    public void Of_what_was_taken_a_name_may_be_gone()
    {
        Read([Event(1), Event(2) with { EventName = "held" }, Event(3), Event(4)]);
        OutboxEvent[] sent = _queue.Next(maxEvents: 3, maxBytes: 1000);
        _queue.Remove("held");

        _queue.Remove(sent);

        AssertQueued(4);
    }

    [Fact]
    public void What_begins_over_has_nothing_of_what_was_taken()
    {
        Read(1, 2);
        OutboxEvent[] sent = _queue.Next(maxEvents: 2, maxBytes: 1000);
        _queue.Begin();
        Read(3, 4, 5);

        _queue.Remove(sent);

        AssertQueued(3, 4, 5);
    }

    [Fact]
    public void The_next_ones_are_of_one_application_and_within_both_limits()
    {
        Read([Event(1), Event(2), Event(3) with { AppKey = "another" }, Event(4)]);
        Assert.False(_queue.IsOfOneApplication);
        Assert.Equal([1, 2], Positions(_queue.Next(maxEvents: 4, maxBytes: 1000)));
        Assert.Equal([1], Positions(_queue.Next(maxEvents: 1, maxBytes: 1000)));
        Assert.Equal([1], Positions(_queue.Next(maxEvents: 4, maxBytes: 19)));
        Assert.Equal([1], Positions(_queue.Next(maxEvents: 4, maxBytes: 1)));

        _queue.Remove(_queue.Next(maxEvents: 2, maxBytes: 1000));
        Assert.Equal([3], Positions(_queue.Next(maxEvents: 4, maxBytes: 1000)));
        _queue.Remove(_queue.Next(maxEvents: 4, maxBytes: 1000));
        Assert.True(_queue.IsOfOneApplication);
        Assert.Equal([4], Positions(_queue.Next(maxEvents: 4, maxBytes: 1000)));
    }

    private void Read(params long[] positions) => Read(Array.ConvertAll(positions, Event));

    private void Read(OutboxEvent[] events)
    {
        List<OutboxEvent> ready = [.. events];
        _queue.NoteReady(partition: 0, ref ready);
    }

    private void AssertQueued(params long[] positions)
    {
        Assert.Equal(positions, Positions(_queue.Events));
        Assert.Equal((positions.Length, positions.Length * 10), (_queue.Count, _queue.Bytes));
    }

    private static IEnumerable<long> Positions(IReadOnlyList<OutboxEvent> events) => events.Select(one => one.Position);

    private static OutboxEvent Event(long position) => new() { Position = position, Partition = 0, EventName = "page_viewed", Json = new byte[10] };
}
