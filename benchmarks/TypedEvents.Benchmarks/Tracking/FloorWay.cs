namespace TypedEvents.Benchmarks;

/// <summary>
/// The minimum that any tracker does for an event: one clock reading, one id from the thread's block of random bytes, the event's JSON
/// into an existing buffer, one copy of its bytes. No lock, no statistics, no handover. Whole calls are compared with it.
/// </summary>
internal sealed class FloorWay<TEvent>(int threads, TEvent value) : ITrackWay
    where TEvent : IEngageEvent<TEvent>
{
    private readonly FloorThread[] _threads = FloorThread.Make(threads);

    public string Name => "floor";

    public bool Track(int thread)
    {
        FloorThread own = _threads[thread];
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        Guid id = RandomId.New(now);
        own.Scratch.Begin(FloorThread.MaxEventBytes, int.MaxValue);
        bool isWritten = EventJson.TryWrite(
            own.Scratch,
            ChannelWay<TEvent>.UserOf(thread),
            in value,
            now.ToUnixTimeMilliseconds(),
            in id,
            out ReadOnlySpan<byte> json);
        own.Copy(json);
        return isWritten;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
