using System.Text.Json.Serialization.Metadata;

namespace TypedEvents.Benchmarks;

/// <summary>
/// Measures a whole call (clock, id, JSON, handover) with a running consumer, compared with the floor (<see cref="FloorWay{TEvent}"/>) in the
/// same rounds, and with a hand-written tracker. It measures the CPU time of the calling threads.
/// </summary>
internal static class TrackBenchmark
{
    private const int CallsPerRound = 2000;

    public static void Run(BenchmarkOptions options)
    {
        var report = new Report(Machine.IsNative ? "track-native" : "track", options);
        var chart = new BarChart("Nanoseconds of the caller for one whole Track, 1 thread", "ns");
        report.Line(Machine.Describe());
        report.Line("");
        report.Line("| event | threads | way | ns | ratio to the floor | ± | ratio of the fastest rounds | B/call |");
        report.Line("| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |");
        Measure(report, chart, options, "2 properties", BenchmarkValues.Two, FastPathContext.Default.PageViewed);
        Measure(report, chart, options, "8 properties", BenchmarkValues.Eight, FastPathContext.Default.OrderPlaced);
        Measure(report, chart, options, "25 properties", BenchmarkValues.TwentyFive, FastPathContext.Default.CheckoutCompleted);
        report.Picture("Nanoseconds of the caller for one whole Track", chart);
        report.End();
    }

    private static void Measure<TEvent>(Report report, BarChart chart, BenchmarkOptions options, string name, TEvent value, JsonTypeInfo<Envelope<TEvent>> typeInfo)
        where TEvent : IEngageEvent<TEvent>
    {
        if (!options.Includes(name))
        {
            return;
        }

        foreach (int threads in (int[])[1, 2, 4, 8])
        {
            ITrackWay[] ways =
            [
                new FloorWay<TEvent>(threads, value),
                new TypedEventsWay<TEvent>(value),
                new ChannelWay<TEvent>(value, typeInfo),
                .. threads == 1 ? FloorParts.Of(value) : [],
            ];
            using var producers = new Producers(threads);
            int rounds = (options.IsQuick ? 100 : 400) / threads;
            var times = new double[ways.Length][];
            var bytes = new double[ways.Length];
            for (int i = 0; i < ways.Length; i++)
            {
                times[i] = new double[rounds];
                Warm(producers, ways[i]);
            }

            for (int round = 0; round < rounds; round++)
            {
                for (int i = 0; i < ways.Length; i++)
                {
                    (times[i][round], double allocated) = RunRound(producers, threads, ways[i]);
                    bytes[i] = round == 0 ? allocated : Math.Min(bytes[i], allocated);
                }
            }

            for (int i = 0; i < ways.Length; i++)
            {
                Measurement one = Interleaved.Summarize(times[i], times[0], bytes[i]);
                report.Line($"| {name} | {threads} | {ways[i].Name} | {one.Nanoseconds:F0} | {one.Ratio:F3} | {one.Spread:F3} | {one.LeastRatio:F3} | {one.Bytes:F0} |");
                if (threads == 1 && i < 3)
                {
                    chart.Add(name, i == 2 ? "System.Text.Json, Channel" : ways[i].Name, one.Nanoseconds, i == 1);
                }

                ways[i].DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
        }
    }

    private static void Warm(Producers producers, ITrackWay way)
    {
        for (int i = 0; i < 20; i++)
        {
            RunRound(producers, 1, way);
            Thread.Sleep(50);
        }
    }

    /// <summary>Returns the nanoseconds and the allocated bytes of one call.</summary>
    private static (double Nanoseconds, double Bytes) RunRound(Producers producers, int threads, ITrackWay way)
    {
        double time = 0;
        long allocated = 0;
        object sum = new();
        producers.Do(thread =>
        {
            long bytes = GC.GetAllocatedBytesForCurrentThread();
            double start = ThreadTime.Nanoseconds;
            for (int i = 0; i < CallsPerRound; i++)
            {
                if (!way.Track(thread))
                {
                    throw new InvalidOperationException($"{way.Name} rejected an event because its buffer is full. Make the buffer larger, so that only accepted events are measured.");
                }
            }

            double took = ThreadTime.Nanoseconds - start;
            bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
            lock (sum)
            {
                time += took;
                allocated += bytes;
            }
        });
        return (time / threads / CallsPerRound, allocated / (double)threads / CallsPerRound);
    }
}
