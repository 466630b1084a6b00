using System.Diagnostics;
using System.Globalization;

namespace TypedEvents.Benchmarks.Delivery;

/// <summary>Measures what a tracker costs a process that has many: heap, threads, and the CPU time of a minute in which nothing is tracked.</summary>
internal static class TrackersBenchmark
{
    public static void Run(BenchmarkOptions options)
    {
        var report = new Report("trackers", options);
        report.Line(Machine.Describe());
        report.Line("");
        report.Line("| trackers | that have | heap for each | threads of the process | CPU time for each in an idle minute |");
        report.Line("| ---: | --- | ---: | ---: | ---: |");
        using var server = new LoopbackServer(_ => { });

        // The first one pays for what all share.
        MeasureAsync(null, server, 1, TimeSpan.Zero).GetAwaiter().GetResult();
        foreach (int count in (int[])[1, 10, 100])
        {
            MeasureAsync(report, server, count, options.IsQuick ? TimeSpan.FromSeconds(5) : TimeSpan.FromSeconds(20)).GetAwaiter().GetResult();
        }

        report.End();
    }

    private static async Task MeasureAsync(Report? report, LoopbackServer server, int count, TimeSpan idle)
    {
        var trackers = new EventTracker[count];
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < count; i++)
        {
            trackers[i] = EventTracker.Create(settings =>
            {
                settings.Name = string.Create(CultureInfo.InvariantCulture, $"tracker-{i}");
                settings.BaseAddress = new Uri($"http://127.0.0.1:{server.Port}/");
                settings.AllowInsecureLoopback = true;
                settings.ApiKey = "key";
                settings.ApiSecret = "secret";
            });
        }

        await WriteAsync(report, "tracked nothing yet", count, before, idle);
        foreach (EventTracker tracker in trackers)
        {
            tracker.Track(new Euid(10_000_091_198), Order.Of(1));
            await tracker.FlushAsync();
        }

        await WriteAsync(report, "delivered an event", count, before, idle);
        foreach (EventTracker tracker in trackers)
        {
            await tracker.DisposeAsync();
        }
    }

    private static async Task WriteAsync(Report? report, string state, int count, long before, TimeSpan idle)
    {
        double heap = (GC.GetTotalMemory(forceFullCollection: true) - before) / 1024.0 / count;
        using var process = Process.GetCurrentProcess();
        TimeSpan cpu = process.TotalProcessorTime;
        await Task.Delay(idle);
        process.Refresh();
        double milliseconds = (process.TotalProcessorTime - cpu).TotalMilliseconds / count * (60 / Math.Max(idle.TotalSeconds, 1));
        report?.Line($"| {count} | {state} | {heap:F0} KiB | {process.Threads.Count} | {milliseconds:F1} ms |");
    }
}
