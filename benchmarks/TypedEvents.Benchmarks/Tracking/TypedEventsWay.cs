namespace TypedEvents.Benchmarks;

/// <summary>The tracker, with an outbox that discards events.</summary>
internal sealed class TypedEventsWay<TEvent>(TEvent value) : ITrackWay
    where TEvent : IEngageEvent<TEvent>
{
    private readonly EventTracker _tracker = EventTracker.Create(options =>
    {
        options.ApiKey = "key";
        options.ApiSecret = "secret";
        options.BufferBytes = 64 * 1024 * 1024;
        options.Outbox = new DiscardingOutbox();
    });

    public string Name => "TypedEvents";

    public bool Track(int thread) => _tracker.Track(ChannelWay<TEvent>.UserOf(thread), value) == TrackResult.Accepted;

    public ValueTask DisposeAsync() => _tracker.DisposeAsync();
}
