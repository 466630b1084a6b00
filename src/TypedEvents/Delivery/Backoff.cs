namespace TypedEvents;

/// <summary>How long to wait after failures in a row: exponential with full jitter, so that many clients don't come back at once.</summary>
internal sealed class Backoff(Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <param name="failuresInARow">At least 1.</param>
    public TimeSpan After(int failuresInARow)
    {
        double limit = Math.Min(Longest.TotalSeconds, First.TotalSeconds * Math.Pow(2, failuresInARow - 1));
        return TimeSpan.FromSeconds(random.NextDouble() * limit);
    }
}
