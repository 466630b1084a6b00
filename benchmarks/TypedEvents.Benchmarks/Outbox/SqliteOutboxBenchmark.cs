using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using TypedEvents.Outbox.Sqlite;

namespace TypedEvents.Benchmarks;

/// <summary>
/// Measures appending to and settling in the SQLite outbox, by the size of a commit, compared with the floor: one row with the same bytes,
/// committed by SQLite alone with the same settings. All are run in turn on one disk, so that disturbances affect all of them.
/// </summary>
internal static class SqliteOutboxBenchmark
{
    private const int EventBytes = 250;
    private static readonly int[] BlockSizes = [1, 10, 100, 1000];

    public static void Run(bool isQuick) => RunAsync(isQuick ? 20 : 200).GetAwaiter().GetResult();

    private static async Task RunAsync(int rounds)
    {
        string folder = Directory.CreateTempSubdirectory("typedevents-benchmark-").FullName;
        try
        {
            await using SqliteOutbox outbox = SqliteOutbox.Open(Path.Combine(folder, "events.db"));
            await using SqliteConnection floor = OpenFloor(Path.Combine(folder, "floor.db"));
            await using IOutboxClaim claim = (await outbox.TryClaimAsync(default))!;
            var appends = new List<TimeSpan>[BlockSizes.Length];
            var settles = new List<TimeSpan>[BlockSizes.Length];
            var floors = new List<TimeSpan>[BlockSizes.Length];
            var bytes = new long[BlockSizes.Length];
            for (int round = 0; round < rounds + 5; round++)
            {
                for (int i = 0; i < BlockSizes.Length; i++)
                {
                    if (round == 5)
                    {
                        // The rounds so far were for warming up.
                        (appends[i], settles[i], floors[i]) = ([], [], []);
                    }

                    EventBlock[] blocks = [MakeBlock(BlockSizes[i])];
                    byte[] same = new byte[BlockSizes[i] * EventBytes];
                    (floors[i] ??= []).Add(Time(() => CommitRow(floor, same)));

                    long before = GC.GetAllocatedBytesForCurrentThread();
                    long start = Stopwatch.GetTimestamp();
                    ValueTask<int> append = outbox.AppendAsync(blocks, default);
                    (appends[i] ??= []).Add(Stopwatch.GetElapsedTime(start));
                    bytes[i] = GC.GetAllocatedBytesForCurrentThread() - before;
                    await append;

                    List<OutboxEvent> read = [];
                    await claim.ReadAsync(new OutboxReadRequest(1), read, default);
                    start = Stopwatch.GetTimestamp();
                    await claim.SettleDeliveredAsync(read, default);
                    (settles[i] ??= []).Add(Stopwatch.GetElapsedTime(start));
                }
            }

            Console.WriteLine($"SQLite outbox in {folder}, events of {EventBytes} bytes, median of {rounds} rounds; ms of a commit");
            Console.WriteLine();
            Console.WriteLine("| events in a commit | floor: one row of the same bytes | append | events/s | B/event allocated | settle |");
            Console.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: |");
            for (int i = 0; i < BlockSizes.Length; i++)
            {
                double append = Median(appends[i]);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {BlockSizes[i]} | {Median(floors[i]):F2} | {append:F2} | {BlockSizes[i] / append * 1000:N0} | {bytes[i] / (double)BlockSizes[i]:F0} | {Median(settles[i]):F2} |"));
            }

            await OpenLargeAsync(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Measures opening a large file, because the check then reads the whole file.</summary>
    private static async Task OpenLargeAsync(string folder)
    {
        string path = Path.Combine(folder, "large.db");
        await using (SqliteOutbox outbox = SqliteOutbox.Open(path))
        {
            while (await outbox.AppendAsync([MakeBlock(10_000)], default) == 1)
            {
            }
        }

        long start = Stopwatch.GetTimestamp();
        await using (SqliteOutbox outbox = SqliteOutbox.Open(path))
        {
            await outbox.GetPositionsAsync(default);
            TimeSpan opening = Stopwatch.GetElapsedTime(start);
            OutboxStatistics statistics = (await outbox.GetStatisticsAsync(default))!;
            Console.WriteLine();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Opening and checking {statistics.Pending:N0} events ({new FileInfo(path).Length / (1024 * 1024)} MiB on disk, in the cache): {opening.TotalMilliseconds:F0} ms"));
        }
    }

    private static EventBlock MakeBlock(int count)
    {
        var schema = new EventSchema("page_viewed");
        var block = new EventBlock(count * (EventBytes + 64), appKey: null);
        byte[] json = new byte[EventBytes];
        Array.Fill(json, (byte)'x');
        for (int i = 0; i < count; i++)
        {
            block.Add(1, schema, default, json, TimeProvider.System);
        }

        return block;
    }

    private static SqliteConnection OpenFloor(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE rows (bytes BLOB)";
        command.ExecuteNonQuery();
        return connection;
    }

    private static void CommitRow(SqliteConnection connection, byte[] bytes)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "INSERT INTO rows (bytes) VALUES ($bytes)";
        command.Parameters.AddWithValue("$bytes", bytes);
        command.ExecuteNonQuery();
    }

    private static TimeSpan Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start);
    }

    private static double Median(List<TimeSpan> times)
    {
        times.Sort();
        return times[times.Count / 2].TotalMilliseconds;
    }
}
