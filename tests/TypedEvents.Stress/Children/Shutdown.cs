using System.Diagnostics;
using System.Globalization;

namespace TypedEvents.Stress;

/// <summary>Stops with a number of pending events while the server hangs, and prints how long that took.</summary>
internal static class Shutdown
{
    public static async Task RunAsync(Arguments arguments)
    {
        EventTracker tracker = ChildTracker.Create(arguments);
        int pending = arguments.Number("pending", 0);
        for (int number = 0; number < pending; number++)
        {
            while (tracker.Track(new Euid(1 + (number % 1000)), new Tick(1, 0, number, IsBad: false)) == TrackResult.BufferFull)
            {
                await Task.Delay(1);
            }
        }

        while (tracker.Statistics.Buffered > 0)
        {
            await Task.Delay(10);
        }

        long start = Stopwatch.GetTimestamp();
        FlushResult result = await tracker.StopAsync();
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        OutboxStatistics outbox = result.Outbox!;
        ChildInvariants.Check(result);
        if (outbox.Appended != pending)
        {
            throw new InvalidOperationException($"{pending} events were appended: {outbox}");
        }

        ChildOutput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalMilliseconds:F0} {outbox.Pending} {outbox.Discarded.LeftOver}"));
    }
}
