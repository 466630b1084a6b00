namespace TypedEvents;

/// <summary>How long the delivery waits, and for what.</summary>
internal static class RetrySchedules
{
    /// <summary>The upper bound of the first backoff after a failure; it doubles with each consecutive failure.</summary>
    public static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(1);

    /// <summary>The upper bound of every backoff.</summary>
    public static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(60);

    /// <summary>The wait after an attempt that the quarantined event ended without evidence, and at most so long while others are accepted.</summary>
    public static readonly TimeSpan FirstQuarantineWait = TimeSpan.FromMinutes(1);

    /// <summary>While nothing is accepted, the wait of a quarantined event doubles up to this.</summary>
    public static readonly TimeSpan LongestQuarantineWait = TimeSpan.FromMinutes(15);

    /// <summary>A quarantined event that failed is tried again after so many acceptances, however short the wait was.</summary>
    public const int AcceptancesToRetryFailed = 10;

    /// <summary>How often the log says that an endpoint still fails.</summary>
    public static readonly TimeSpan ReminderInterval = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan[] ConfigurationWaits =
        [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15)];

    /// <summary>The wait while the configuration is rejected.</summary>
    /// <param name="attempts">How many attempts that were due have been rejected: at least 1.</param>
    public static TimeSpan ConfigurationWait(int attempts) => ConfigurationWaits[Math.Min(attempts, ConfigurationWaits.Length) - 1];
}
