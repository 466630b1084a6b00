using System.Diagnostics;
using System.Text;
using TypedEvents.Outbox.Sqlite;

namespace TypedEvents.Benchmarks;

/// <summary>
/// Measures the whole cycle of the SQLite outbox, append, read and settle, in groups of 100 events, compared with SQLite alone with the same rows
/// and commits. Both run in turn on one disk.
/// </summary>
internal static class SqliteCycleBenchmark
{
    private const int Group = 100;
    private const int CyclesPerRound = 5;
    private const int WarmUpRounds = 10;
    private const int PartitionOfAll = 1;

    private static readonly byte[] Name = "page_viewed"u8.ToArray();
    private static readonly byte[] Json = Encoding.UTF8.GetBytes($$"""{"event_name":"page_viewed","euid":10000091198,"properties":{"path":"{{new string('x', 177)}}"} }""");

    public static void Run(BenchmarkOptions options) => RunAsync(new Report("sqlite", options), options.IsQuick ? 40 : 200).GetAwaiter().GetResult();

    private static async Task RunAsync(Report report, int rounds)
    {
        string folder = Directory.CreateTempSubdirectory("typedevents-benchmark-").FullName;
        try
        {
            string path = Path.Combine(folder, "events.db");
            await using SqliteOutbox outbox = SqliteOutbox.Open(path);
            await using IOutboxClaim claim = (await outbox.TryClaimAsync(default))!;
            using var raw = new RawSqlite(Path.Combine(folder, "raw.db"), path);
            EventBlock[] blocks = [EventBlock.Create(null, [.. Enumerable.Repeat(new BufferedEvent { Partition = PartitionOfAll, EventName = "page_viewed", Json = Json }, Group)])];
            long cursor = 0;
            long rawCursor = 0;
            var appends = new double[rounds];
            var cycles = new double[rounds];
            var rawAppends = new double[rounds];
            var rawCycles = new double[rounds];
            for (int round = -WarmUpRounds; round < rounds; round++)
            {
                double append = 0;
                double rawAppend = 0;
                long start = Stopwatch.GetTimestamp();
                for (int i = 0; i < CyclesPerRound; i++)
                {
                    rawAppend += RawCycle();
                }

                double rawCycle = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                start = Stopwatch.GetTimestamp();
                for (int i = 0; i < CyclesPerRound; i++)
                {
                    append += await CycleAsync();
                }

                double cycle = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                if (round >= 0)
                {
                    (rawAppends[round], rawCycles[round], appends[round], cycles[round]) = (rawAppend, rawCycle, append, cycle);
                }
            }

            report.Line(Machine.Describe());
            report.Line("");
            report.Line("| what, 100 events of 250 bytes | way | events/s | ratio of the events/s | ± |");
            report.Line("| --- | --- | ---: | ---: | ---: |");
            Row("append", "SQLite alone", rawAppends, rawAppends);
            Row("append", "SQLite outbox", rawAppends, appends);
            Row("append, read, settle", "SQLite alone", rawCycles, rawCycles);
            Row("append, read, settle", "SQLite outbox", rawCycles, cycles);
            report.End();

            double RawCycle()
            {
                long started = Stopwatch.GetTimestamp();
                raw.Append(PartitionOfAll, Name, Json, Group);
                double took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
                List<(long Position, byte[] Json)> rows = raw.Read(PartitionOfAll, rawCursor, Group);
                ThrowUnlessAll(rows.Count);
                raw.Settle(rows);
                rawCursor = rows[^1].Position;
                return took;
            }

            async Task<double> CycleAsync()
            {
                long started = Stopwatch.GetTimestamp();
                await outbox.AppendAsync(blocks, default);
                double took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
                List<OutboxEvent> read = [];
                await claim.ReadAsync(new OutboxReadRequest(PartitionOfAll) { After = cursor, MaxEvents = Group }, read, default);
                ThrowUnlessAll(read.Count);
                await claim.SettleDeliveredAsync(read, default);
                cursor = read[^1].Position;
                return took;
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        void Row(string what, string way, double[] raw, double[] times)
        {
            Measurement one = Interleaved.Summarize(raw, times, 0);
            double median = times.Order().ElementAt(times.Length / 2);
            report.Line($"| {what} | {way} | {CyclesPerRound * Group / median * 1000:N0} | {one.Ratio:F2} | {one.Spread:F2} |");
        }
    }

    private static void ThrowUnlessAll(int read)
    {
        if (read != Group)
        {
            throw new InvalidOperationException($"{read} events were read instead of {Group}.");
        }
    }
}
