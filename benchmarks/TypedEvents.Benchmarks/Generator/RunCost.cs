namespace TypedEvents.Benchmarks;

/// <summary>The cost of a run of the generator driver.</summary>
/// <param name="Milliseconds">The CPU time of the process, in milliseconds.</param>
/// <param name="Megabytes">The allocated memory, in millions of bytes.</param>
internal readonly record struct RunCost(double Milliseconds, double Megabytes)
{
    /// <summary>Runs an action and measures its cost, in CPU time, because other processes use the host, too.</summary>
    public static RunCost Of(Action action)
    {
        GC.Collect();
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        TimeSpan start = Environment.CpuUsage.TotalTime;
        action();
        return new RunCost((Environment.CpuUsage.TotalTime - start).TotalMilliseconds, (GC.GetAllocatedBytesForCurrentThread() - bytes) / 1e6);
    }
}
