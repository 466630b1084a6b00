using System.Diagnostics;

namespace TypedEvents.Benchmarks;

/// <summary>Measures the latency of single calls when threads track at a low rate: the tail is the cost of waking a consumer.</summary>
internal static class LatencyBenchmark
{
    /// <summary>The first call of a slice finds the caches filled by the other way, so it must be rarer than one in a thousand.</summary>
    private const int CallsPerSlice = 10_000;

    private const double PauseMicroseconds = 20;

    public static void Run(BenchmarkOptions options)
    {
        var report = new Report("latency", options);
        report.Line(Machine.Describe());
        report.Line("");
        report.Line("| threads | way | p50 | p99 | p99.9 | ratio of p99.9 |");
        report.Line("| ---: | --- | ---: | ---: | ---: | ---: |");
        foreach (int threads in (int[])[1, 2])
        {
            ITrackWay[] ways =
            [
                new ChannelWay<OrderPlaced>(BenchmarkValues.Eight, FastPathContext.Default.OrderPlaced),
                new TypedEventsWay<OrderPlaced>(BenchmarkValues.Eight),
            ];
            using var producers = new Producers(threads);
            List<double>[] times = [[], []];
            int slices = options.IsQuick ? 5 : 30;
            for (int slice = -2; slice < slices; slice++)
            {
                for (int i = 0; i < ways.Length; i++)
                {
                    List<double> slot = times[i];
                    ITrackWay way = ways[i];
                    int current = slice;
                    producers.Do(thread =>
                    {
                        double[] calls = RunSlice(way, thread);
                        if (current >= 0)
                        {
                            lock (slot)
                            {
                                slot.AddRange(calls);
                            }
                        }
                    });
                }
            }

            double baseline = 0;
            for (int i = 0; i < ways.Length; i++)
            {
                times[i].Sort();
                double tail = At(times[i], 0.999);
                baseline = i == 0 ? tail : baseline;
                report.Line($"| {threads} | {ways[i].Name} | {At(times[i], 0.5):F0} ns | {At(times[i], 0.99):F0} ns | {tail:F0} ns | {tail / baseline:F3} |");
                ways[i].DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
        }

        report.End();
    }

    private static double[] RunSlice(ITrackWay way, int thread)
    {
        var calls = new double[CallsPerSlice];
        long pause = (long)(PauseMicroseconds * Stopwatch.Frequency / 1e6);
        for (int i = 0; i < CallsPerSlice; i++)
        {
            long start = Stopwatch.GetTimestamp();
            way.Track(thread);
            long end = Stopwatch.GetTimestamp();
            calls[i] = Stopwatch.GetElapsedTime(start, end).TotalNanoseconds;
            while (Stopwatch.GetTimestamp() - start < pause)
            {
                Thread.SpinWait(10);
            }
        }

        return calls;
    }

    private static double At(List<double> sorted, double part) => sorted[(int)(sorted.Count * part)];
}
