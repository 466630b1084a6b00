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
        report.Line("| event | threads | floor | TypedEvents | ratio | ± | of the fastest rounds | System.Text.Json, Guid.NewGuid, Channel | B/call |");
        report.Line("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        List<FormattableString> parts = [];
        Measure(report, chart, parts, options, "2 properties", BenchmarkValues.Two, FastPathContext.Default.PageViewed);
        Measure(report, chart, parts, options, "8 properties", BenchmarkValues.Eight, FastPathContext.Default.OrderPlaced);
        Measure(report, chart, parts, options, "25 properties", BenchmarkValues.TwentyFive, FastPathContext.Default.CheckoutCompleted);
        report.Line("");
        report.Line("The parts of the floor alone, of which each overlaps with others in the whole, to the whole:");
        report.Line("");
        report.Line("| event | clock | id | JSON | copy |");
        report.Line("| --- | ---: | ---: | ---: | ---: |");
        parts.ForEach(report.Line);
        report.Picture("Nanoseconds of the caller for one whole Track", chart);
        report.End();
    }

    private static void Measure<TEvent>(
        Report report, BarChart chart, List<FormattableString> parts, BenchmarkOptions options, string name, TEvent value, JsonTypeInfo<Envelope<TEvent>> typeInfo)
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

            Measurement[] measured = [.. times.Select((time, i) => Interleaved.Summarize(time, times[0], bytes[i]))];
            Measurement ours = measured[1];
            report.Line($"| {name} | {threads} | {measured[0].Nanoseconds:F0} ns | {ours.Nanoseconds:F0} ns | {ours.Ratio:F3} | {ours.Spread:F3} | {ours.LeastRatio:F3} | {measured[2].Ratio:F1} | {ours.Bytes:F0} |");
            if (threads == 1)
            {
                parts.Add($"| {name} | {measured[3].Ratio:F2} | {measured[4].Ratio:F2} | {measured[5].Ratio:F2} | {measured[6].Ratio:F2} |");
                chart.Add(name, ways[0].Name, measured[0].Nanoseconds, false);
                chart.Add(name, ways[1].Name, ours.Nanoseconds, true);
                chart.Add(name, "System.Text.Json, Channel", measured[2].Nanoseconds, false);
            }

            foreach (ITrackWay way in ways)
            {
                way.DisposeAsync().AsTask().GetAwaiter().GetResult();
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
