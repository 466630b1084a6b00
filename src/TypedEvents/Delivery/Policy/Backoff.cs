namespace TypedEvents;

/// <summary>How long to wait after consecutive failures: exponential with full jitter, so that many clients don't come back at once.</summary>
internal sealed class Backoff(Random random)
{
    /// <param name="consecutiveFailures">At least 1.</param>
    public TimeSpan After(int consecutiveFailures)
    {
        double limit = Math.Min(RetrySchedules.LongestBackoff.TotalSeconds, RetrySchedules.FirstBackoff.TotalSeconds * Math.Pow(2, consecutiveFailures - 1));
        return TimeSpan.FromSeconds(random.NextDouble() * limit);
    }
}
