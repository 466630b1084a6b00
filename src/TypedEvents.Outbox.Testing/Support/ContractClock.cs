namespace TypedEvents.Outbox.Testing;

/// <summary>A clock that stands still until a case moves it. Its timers are the system's: nothing in a case waits for one.</summary>
internal sealed class ContractClock : TimeProvider
{
    private readonly object _lock = new();
    private DateTimeOffset _now = new(2026, 11, 24, 6, 0, 0, TimeSpan.Zero);
    private long _timestamp;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return _timestamp;
        }
    }

    /// <summary>Lets time pass.</summary>
    public void Advance(TimeSpan time)
    {
        lock (_lock)
        {
            _now += time;
            _timestamp += time.Ticks;
        }
    }

    /// <summary>Sets the clock, as a person or NTP does: no time passes.</summary>
    public void AdjustTime(DateTimeOffset now)
    {
        lock (_lock)
        {
            _now = now;
        }
    }
}
