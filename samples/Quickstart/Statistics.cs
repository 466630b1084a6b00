using TypedEvents;

namespace Quickstart;

/// <summary>Prints the statistics, which account for every event.</summary>
internal static class Statistics
{
    public static void Print(FlushResult result)
    {
        Console.WriteLine($"The statistics ({result.Outcome}):");
        Console.WriteLine($"  tracker  tracked {result.Tracker.Tracked} = buffered {result.Tracker.Buffered} + appended {result.Tracker.Appended} + dropped {result.Tracker.Dropped.Total}");
        Console.WriteLine($"  outbox   appended {result.Outbox!.Appended} = delivered {result.Outbox!.Delivered} + pending {result.Outbox!.Pending} + dead letters {result.Outbox!.DeadLetters} + discarded {result.Outbox!.Discarded.Total}");
        if (result.Problem is not null)
        {
            Console.WriteLine($"  {result.Problem}");
        }
    }
}
