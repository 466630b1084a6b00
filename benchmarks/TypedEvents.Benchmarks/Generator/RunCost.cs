namespace TypedEvents.Benchmarks;

/// <summary>What a run of the generator driver cost.</summary>
/// <param name="Milliseconds">CPU time of the process.</param>
/// <param name="Megabytes">Allocated, in millions of bytes.</param>
internal readonly record struct RunCost(double Milliseconds, double Megabytes)
{
    /// <summary>Does something and measures it. CPU time, as the machine has others to serve.</summary>
    public static RunCost Of(Action action)
    {
        GC.Collect();
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        TimeSpan start = Environment.CpuUsage.TotalTime;
        action();
        return new RunCost((Environment.CpuUsage.TotalTime - start).TotalMilliseconds, (GC.GetAllocatedBytesForCurrentThread() - bytes) / 1e6);
    }
}
