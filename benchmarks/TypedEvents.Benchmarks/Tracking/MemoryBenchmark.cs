namespace TypedEvents.Benchmarks;

/// <summary>
/// Measures the heap per byte of JSON of pending events: in the buffer (with an outbox that accepts nothing), and in the memory outbox
/// (which isn't sent from).
/// </summary>
internal static class MemoryBenchmark
{
    public static void Run(BenchmarkOptions options)
    {
        var report = new Report("memory", options);
        report.Line(Machine.Describe());
        report.Line("");
        report.Line("| JSON of an event | where | events | heap for each | of its JSON |");
        report.Line("| ---: | --- | ---: | ---: | ---: |");
        foreach (int length in (int[])[140, 200, 300, 600, 2_000, 9_216, 32_000])
        {
            Measure(report, length, "memory outbox", FillOutbox);
            Measure(report, length, "buffer", FillBuffer);
        }

        report.End();
    }

    private static void Measure(Report report, int length, string where, Func<int, (object Holder, long Events)> fill)
    {
        fill(length);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        (object holder, long events) = fill(length);
        double each = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)events;
        GC.KeepAlive(holder);
        report.Line($"| {length} B | {where} | {events:N0} | {each:F1} B | {each / length:F3} |");
    }

    private static (object Holder, long Events) FillOutbox(int length)
    {
        var outbox = new MemoryOutbox();
        byte[] json = new byte[length];
        for (long events = 0; ; events++)
        {
            var block = new EventBlock(length + EventPage.OverheadBytes, null);
            block.Add((int)(events % Partition.Count), OrderPlacedSchema, default, json, TimeProvider.System);
            if (outbox.AppendAsync([block], CancellationToken.None).AsTask().GetAwaiter().GetResult() == 0)
            {
                return (outbox, events);
            }
        }
    }

    private static (object Holder, long Events) FillBuffer(int length)
    {
        var buffer = new EventBuffer(4 * 1024 * 1024, null, TimeProvider.System);
        byte[] json = new byte[length];
        for (long events = 0; ; events++)
        {
            if (buffer.TryAdd(new EncodedEvent(OrderPlacedSchema, (int)(events % Partition.Count), default, json), isAwaited: false, out _, out _) != TrackResult.Accepted)
            {
                return (buffer, events);
            }
        }
    }

    private static EventSchema OrderPlacedSchema { get; } = new("order_placed");
}
