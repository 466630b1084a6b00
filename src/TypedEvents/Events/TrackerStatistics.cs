namespace TypedEvents;

/// <summary>
/// The tracker's statistics, for this process since the tracker was made. At every instant
/// <c>Tracked = Buffered + Appended + Dropped.Total</c>.
/// </summary>
public sealed record TrackerStatistics
{
    /// <summary>Calls to <c>Track</c> that returned, and calls to <c>TrackAsync</c> that ended or have room.</summary>
    public long Tracked { get; init; }

    /// <summary>Events that the outbox doesn't have yet.</summary>
    public long Buffered { get; init; }

    /// <summary>Events that the outbox took.</summary>
    public long Appended { get; init; }

    /// <summary>Events that were not taken, or couldn't be kept, by reason.</summary>
    public DroppedEvents Dropped { get; init; } = new();

    /// <summary>How long the oldest buffered event has waited; zero when none does. A killed process loses no event older than this.</summary>
    public TimeSpan OldestBufferedAge { get; init; }

    /// <summary>Property values that were left out because they are NaN or infinite, which JSON can't say.</summary>
    public long NonFiniteNumbersOmitted { get; init; }

    /// <summary>Texts that were cut to <c>MaxStringBytes</c>.</summary>
    public long StringsTruncated { get; init; }

    /// <summary>
    /// Values that broke a rule of their property, such as <c>[Range]</c>; a value that breaks several counts once. What became of
    /// them, <c>EventTrackerOptions.ValidationFailures</c> says.
    /// </summary>
    public long ValidationFailures { get; init; }
}
