using System.Diagnostics;
using System.Globalization;

namespace TypedEvents.Stress;

/// <summary>Tracks ten times as many events as the server accepts, and prints how much memory that needed.</summary>
internal static class Flood
{
    private const int EventsPerSecond = 10_000;
    private const int Waiting = 64;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(6);
    private static readonly string Text = new('x', 1700);

    public static async Task RunAsync(Arguments arguments)
    {
        EventTracker tracker = ChildTracker.Create(arguments);
        await tracker.TrackAsync(new Euid(1), new Note(Text));
        await tracker.FlushAsync();
        long before = ReadPeak();
        bool waits = arguments.Flag("waits");
        await (waits ? Task.WhenAll(Enumerable.Range(1, Waiting).Select(user => TrackAndWaitAsync(tracker, user))) : TrackAsync(tracker));
        TrackerStatistics statistics = tracker.Statistics;
        long peak = ReadPeak();
        FlushResult last = await tracker.StopAsync(new CancellationToken(canceled: true));
        ChildInvariants.Check(statistics);
        ChildInvariants.Check(last);

        ChildOutput.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{before} {peak} {statistics.Tracked} {statistics.Dropped.BufferFull}"));
    }

    private static async Task TrackAsync(EventTracker tracker)
    {
        long start = Stopwatch.GetTimestamp();
        int tracked = 0;
        while (Stopwatch.GetElapsedTime(start) is var elapsed && elapsed < Duration)
        {
            for (; tracked < elapsed.TotalSeconds * EventsPerSecond; tracked++)
            {
                tracker.Track(new Euid(1 + (tracked % 1000)), new Note(Text));
            }

            await Task.Delay(1);
        }
    }

    private static async Task TrackAndWaitAsync(EventTracker tracker, int user)
    {
        await Task.Yield();
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < Duration)
        {
            using var patience = new CancellationTokenSource(Duration);
            try
            {
                await tracker.TrackAsync(new Euid(user), new Note(Text), cancellationToken: patience.Token);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }
    }

    /// <summary>The peak resident memory of the process, in KiB.</summary>
    private static long ReadPeak()
    {
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
    }
}
