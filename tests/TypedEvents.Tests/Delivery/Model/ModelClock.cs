using Microsoft.Extensions.Time.Testing;

namespace TypedEvents.Tests;

/// <summary>
/// The clock of a model run. It moves on each time that the delivery reads it, now and then by as much as a thread can be kept from
/// running: two readings are never the same, as on a real machine.
/// </summary>
internal sealed class ModelClock(int seed) : FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
{
    private const int ReadingsBetweenPauses = 50;

    private static readonly TimeSpan LongestReading = TimeSpan.FromMicroseconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(20);

    private readonly Random _random = new(seed);

    /// <summary>The time without moving it.</summary>
    public TimeSpan Elapsed => TimeSpan.FromTicks(base.GetTimestamp());

    /// <summary>What was last read.</summary>
    public TimeSpan LastReading { get; private set; }

    /// <summary>Whether a thread is kept from running now and then.</summary>
    public bool HasPauses { get; set; }

    public override long GetTimestamp()
    {
        long read = base.GetTimestamp();
        LastReading = TimeSpan.FromTicks(read);
        TimeSpan longest = HasPauses && _random.Next(ReadingsBetweenPauses) == 0 ? LongestPause : LongestReading;
        Advance(TimeSpan.FromTicks(1) + (longest * _random.NextDouble()));
        return read;
    }
}
