using System.Diagnostics;

namespace TypedEvents.Benchmarks;

/// <summary>
/// Counts what makes single calls slow, on the threads that track: page faults, and waits for a lock or for another thread. Counts don't depend on
/// what else the host does. System calls are counted from outside, between the two marks of each thread:
/// <c>strace -ff -o trace …</c>, <see cref="ThreadUsage.Mark"/>.
/// </summary>
internal static class CallerBenchmark
{
    public static void Run(BenchmarkOptions options)
    {
        var report = new Report("caller", options);
        report.Line(Machine.Describe());
        report.Line("");
        report.Line("| threads | rate of each | calls of each | page faults | waits | B allocated |");
        report.Line("| ---: | --- | ---: | ---: | ---: | ---: |");
        int calls = options.IsQuick ? 50_000 : 500_000;
        foreach (int threads in (int[])[1, 2])
        {
            foreach (int pauseMicroseconds in (int[])[20, 0])
            {
                Measure(report, threads, pauseMicroseconds, calls);
            }
        }

        report.End();
    }

    private static void Measure(Report report, int threads, int pauseMicroseconds, int calls)
    {
        var way = new TypedEventsWay<OrderPlaced>(BenchmarkValues.Eight);
        using var producers = new Producers(threads);
        for (int i = 0; i < 20; i++)
        {
            producers.Do(thread => Track(way, thread, calls / 20, pauseMicroseconds));
        }

        var used = new ThreadUsage[threads];
        long[] bytes = new long[threads];
        producers.Do(thread =>
        {
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            ThreadUsage before = ThreadUsage.Now;
            ThreadUsage.Mark();
            Track(way, thread, calls, pauseMicroseconds);
            ThreadUsage.Mark();
            used[thread] = ThreadUsage.Now - before;
            bytes[thread] = GC.GetAllocatedBytesForCurrentThread() - allocated;
        });
        string rate = pauseMicroseconds == 0 ? "as fast as it can" : $"one each {pauseMicroseconds} µs";
        report.Line($"| {threads} | {rate} | {calls} | {used.Sum(one => one.PageFaults)} | {used.Sum(one => one.Waits)} | {bytes.Sum()} |");
        way.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private static void Track(TypedEventsWay<OrderPlaced> way, int thread, int calls, int pauseMicroseconds)
    {
        long pause = pauseMicroseconds * Stopwatch.Frequency / 1_000_000;
        for (int i = 0; i < calls; i++)
        {
            long start = Stopwatch.GetTimestamp();
            if (!way.Track(thread))
            {
                throw new InvalidOperationException("The tracker's buffer is full.");
            }

            while (Stopwatch.GetTimestamp() - start < pause)
            {
                Thread.SpinWait(10);
            }
        }
    }
}
