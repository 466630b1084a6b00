namespace TypedEvents.Stress;

/// <summary>A clock whose date jumps back and forward, as if set by a person or NTP, while its timers and timestamps continue.</summary>
internal sealed class JumpingClock(TimeProvider inner) : TimeProvider
{
    private long _offsetTicks;

    public override long TimestampFrequency => inner.TimestampFrequency;

    public void Jump(TimeSpan offset) => Volatile.Write(ref _offsetTicks, offset.Ticks);

    public override long GetTimestamp() => inner.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + new TimeSpan(Volatile.Read(ref _offsetTicks));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        inner.CreateTimer(callback, state, dueTime, period);
}
