namespace TypedEvents.Testing;

/// <summary>Options of a <see cref="RecordingTracker"/>. Options that <see cref="EventTrackerOptions"/> also has have the same meaning and range.</summary>
public sealed class RecordingTrackerOptions
{
    /// <summary>
    /// The policy for values that fail a validation attribute of their property. Default: <see cref="ValidationFailurePolicy.Throw"/>, so that a test fails
    /// where the value is tracked.
    /// </summary>
    public ValidationFailurePolicy ValidationFailures { get; set; } = ValidationFailurePolicy.Throw;

    /// <summary>Decides whether an event is tracked, by its user and its name. <see langword="null"/>, the default: all events are tracked.</summary>
    public Func<EngageUser, string, bool>? Filter { get; set; }

    /// <summary>The largest event in bytes of JSON, at least 256; a larger one is <see cref="TrackResult.TooLarge"/>. Default: 32 KiB.</summary>
    public int MaxEventBytes { get; set; } = 32 * 1024;

    /// <summary>The length to which strings are truncated, in bytes of UTF-8, at least 4. <see langword="null"/>, the default: not truncated.</summary>
    public int? MaxStringBytes { get; set; }

    /// <summary>The clock of the events' times. It has no influence on <see cref="WaitTimeout"/>. Default: <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>
    /// How long <c>WaitForAsync</c> waits if it gets no timeout: more than zero, or <see cref="Timeout.InfiniteTimeSpan"/>. It is real time, whatever
    /// <see cref="TimeProvider"/> is: nothing would move a fake clock while a test waits. Default: 10 seconds.
    /// </summary>
    public TimeSpan WaitTimeout { get; set; } = TimeSpan.FromSeconds(10);

    internal EventTrackerOptions ToTrackerOptions() => new()
    {
        ValidationFailures = ValidationFailures,
        Filter = Filter,
        MaxEventBytes = MaxEventBytes,
        MaxStringBytes = MaxStringBytes,
        TimeProvider = TimeProvider,
        BufferBytes = Math.Max(MaxEventBytes, new EventTrackerOptions().BufferBytes),
    };
}
