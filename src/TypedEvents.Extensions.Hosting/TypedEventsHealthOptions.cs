namespace TypedEvents;

/// <summary>Options that determine when the health check of a tracker reports a problem.</summary>
public sealed class TypedEventsHealthOptions
{
    /// <summary>How long delivery may be paused, reporting and the registration of users alike; not negative. Default: 1 minute.</summary>
    public TimeSpan MaxPause { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The highest age of the oldest pending event that isn't on hold; not negative. Default: 5 minutes.</summary>
    public TimeSpan MaxPendingAge { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The largest part of the buffer that may be in use, 0 to 1. Default: 0.8.</summary>
    public double MaxBufferUse { get; set; } = 0.8;

    /// <summary>
    /// Whether dead letters, and events whose name is on hold, are reported, until they have been replayed or purged. Default:
    /// <see langword="true"/>.
    /// </summary>
    public bool DeadLettersMatter { get; set; } = true;
}
