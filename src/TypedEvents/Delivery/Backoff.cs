namespace TypedEvents;

/// <summary>How long to wait after failures in a row: exponential with full jitter, so that many clients don't come back at once.</summary>
internal sealed class Backoff(Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ShortestRetryAfter = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(15);

    /// <param name="failuresInARow">At least 1.</param>
    /// <param name="retryAfter">What the server asked for: it goes before our own, within 100 ms to 15 minutes.</param>
    public TimeSpan After(int failuresInARow, TimeSpan? retryAfter)
    {
        if (retryAfter is { } asked)
        {
            return TimeSpan.FromTicks(Math.Clamp(asked.Ticks, ShortestRetryAfter.Ticks, LongestRetryAfter.Ticks));
        }

        double limit = Math.Min(Longest.TotalSeconds, First.TotalSeconds * Math.Pow(2, failuresInARow - 1));
        return TimeSpan.FromSeconds(random.NextDouble() * limit);
    }
}
