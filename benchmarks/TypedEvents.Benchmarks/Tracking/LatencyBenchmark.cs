using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace TypedEvents.Benchmarks;

/// <summary>
/// Measures the latency of single calls when threads track at a low rate: the tail is the cost of waking a consumer. A call that does nothing, and
/// the floor, say what of it is the host's: interrupts, other programs, cold caches.
/// </summary>
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
        report.Line("| threads | way | p50 | p99 | p99.9 | p99 ÷ p50 | p99.9 ÷ p50 |");
        report.Line("| ---: | --- | ---: | ---: | ---: | ---: | ---: |");
        foreach (int threads in (int[])[1, 2])
        {
            ITrackWay[] ways =
            [
                new EmptyWay(),
                new FloorWay<OrderPlaced>(threads, BenchmarkValues.Eight),
                new ChannelWay<OrderPlaced>(BenchmarkValues.Eight, FastPathContext.Default.OrderPlaced),
                new TypedEventsWay<OrderPlaced>(BenchmarkValues.Eight),
            ];
            using var producers = new Producers(threads);
            List<double>[] times = [.. ways.Select(_ => new List<double>())];
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

            for (int i = 0; i < ways.Length; i++)
            {
                times[i].Sort();
                double half = At(times[i], 0.5);
                double p99 = At(times[i], 0.99);
                double p999 = At(times[i], 0.999);
                report.Line($"| {threads} | {ways[i].Name} | {half:F0} ns | {p99:F0} ns | {p999:F0} ns | {p99 / half:F1} | {p999 / half:F1} |");
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

            // Not as a TimeSpan, whose unit of 100 ns is as long as a call.
            calls[i] = (end - start) * (1e9 / Stopwatch.Frequency);
            while (Stopwatch.GetTimestamp() - start < pause)
            {
                Thread.SpinWait(10);
            }
        }

        return calls;
    }

    /// <summary>The clock readings around a call, and what the host does to them.</summary>
    private sealed class EmptyWay : ITrackWay
    {
        public string Name => "a call that does nothing";

        [MethodImpl(MethodImplOptions.NoInlining)]
        public bool Track(int thread) => true;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private static double At(List<double> sorted, double part) => sorted[(int)(sorted.Count * part)];
}
