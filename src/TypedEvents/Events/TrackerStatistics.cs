namespace TypedEvents;

/// <summary>
/// The tracker's statistics since it was created. <c>Tracked = Buffered + Appended + Dropped.Total</c> at all times.
/// </summary>
public sealed record TrackerStatistics
{
    /// <summary>Calls to <c>Track</c> that returned, and calls to <c>TrackAsync</c> that completed or whose event is in the buffer.</summary>
    public long Tracked { get; init; }

    /// <summary>Events in the buffer, which the outbox doesn't have yet.</summary>
    public long Buffered { get; init; }

    /// <summary>Events that the outbox accepted.</summary>
    public long Appended { get; init; }

    /// <summary>Events that never reached the outbox, by reason.</summary>
    public DroppedEvents Dropped { get; init; } = new();

    /// <summary>
    /// Events that were appended within a transaction of the application (<c>tracker.Enlist</c>). They are included in none of the other figures, since
    /// the tracker doesn't know whether the transaction was committed; the outbox counts them when it was.
    /// </summary>
    public long Enlisted { get; init; }

    /// <summary>Attempts to open the outbox that failed. The log and <see cref="FlushResult.Problem"/> say why, and <c>StartAsync</c> throws it.</summary>
    public long FailedOpenings { get; init; }

    /// <summary>The bytes of the buffer that are in use, in whole blocks.</summary>
    public long BufferUsage { get; init; }

    /// <summary>The size of the buffer in bytes (<c>EventTrackerOptions.BufferBytes</c>).</summary>
    public long BufferLimit { get; init; }

    /// <summary>The age of the oldest event in the buffer; zero if the buffer is empty. If the process is killed, events older than this aren't lost.</summary>
    public TimeSpan OldestBufferedAge { get; init; }

    /// <summary>Property values that were omitted because they are NaN or infinite, which JSON can't represent.</summary>
    public long NonFiniteNumbersOmitted { get; init; }

    /// <summary>Strings that were truncated to <c>MaxStringBytes</c>.</summary>
    public long StringsTruncated { get; init; }

    /// <summary>
    /// Values that failed a validation attribute of their property, such as <c>[Range]</c>; a value that fails several counts once.
    /// <c>EventTrackerOptions.ValidationFailures</c> decides what happens to them.
    /// </summary>
    public long ValidationFailures { get; init; }
}
