using System.Diagnostics;
using System.Globalization;
using System.Text;
using TypedEvents.Outbox.Sqlite;

namespace TypedEvents.Benchmarks.Delivery;

/// <summary>
/// Measures a process that finds many pending events in its SQLite outbox when it starts: the time from its start to its first request, and the
/// most memory that it had until then and until it had delivered 20,000 events. The file was closed, or its process was killed: then it is
/// checked first.
/// </summary>
internal static class PendingBenchmark
{
    private const int Group = 1000;
    private const int Delivered = 20_000;
    private const int Batch = 100;

    private static readonly byte[] Json = Encoding.UTF8.GetBytes($$"""{"event_name":"page_viewed","euid":10000091198,"properties":{"path":"{{new string('x', 177)}}"} }""");

    public static void Run(BenchmarkOptions options)
    {
        string folder = Directory.CreateTempSubdirectory("typedevents-benchmark-").FullName;
        try
        {
            var report = new Report("pending", options);
            report.Line(Machine.Describe());
            report.Line("");
            report.Line("| pending events at start | the process before | file | start to first request | memory until then | until 20,000 were delivered |");
            report.Line("| ---: | --- | ---: | ---: | ---: | ---: |");
            int many = options.IsQuick ? 100_000 : 1_000_000;
            foreach ((int pending, bool isClosed) in ((int, bool)[])[(Delivered, true), (many, true), (Delivered, false), (many, false)])
            {
                string path = Path.Combine(folder, $"{pending}-{isClosed}.db");
                Append(path, pending, isClosed);
                long size = new FileInfo(path).Length + (File.Exists(path + "-wal") ? new FileInfo(path + "-wal").Length : 0);
                (TimeSpan first, long firstMemory, long laterMemory) = Deliver(path);
                report.Line(
                    $"| {pending:N0} | {(isClosed ? "was stopped" : "was killed")} | {size / 1e6:F0} MB | {first.TotalMilliseconds:F0} ms | {firstMemory / 1e6:F0} MB | {laterMemory / 1e6:F0} MB |");
            }

            report.End();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A child process: appends events, says so, and waits to be killed unless it closes the file.</summary>
    public static async Task AppendAsync(string path, int count, bool isClosed)
    {
        await using SqliteOutbox outbox = Open(path);
        EventBlock[] blocks = [EventBlock.Create(null, [.. Enumerable.Range(0, Group).Select(i => new BufferedEvent { Partition = i % Partition.Count, EventName = "page_viewed", Json = Json })])];
        for (int i = 0; i < count; i += Group)
        {
            if (await outbox.AppendAsync(blocks, default) != 1)
            {
                throw new InvalidOperationException("The outbox has no room.");
            }
        }

        if (!isClosed)
        {
            Console.WriteLine("appended");
            await Task.Delay(Timeout.Infinite);
        }
    }

    /// <summary>A child process: delivers what the file holds, until it is killed.</summary>
    public static async Task DeliverAsync(string path, int port)
    {
        await using SqliteOutbox outbox = Open(path);
        await using EventTracker tracker = EventTracker.Create(options =>
        {
            options.BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
            options.AllowInsecureLoopback = true;
            options.ApiKey = "key";
            options.ApiSecret = "secret";
            options.MaxBatchEvents = Batch;
            options.RequestsPerSecond = 10_000;
            options.Outbox = outbox;
        });
        await Task.Delay(Timeout.Infinite);
    }

    private static SqliteOutbox Open(string path) => SqliteOutbox.Open(path, new SqliteOutboxOptions { MaxBytes = 1L << 40 });

    private static void Append(string path, int count, bool isClosed)
    {
        using Process process = Start("--append", path, count.ToString(CultureInfo.InvariantCulture), isClosed.ToString());
        if (!isClosed)
        {
            process.StandardOutput.ReadLine();
            process.Kill();
        }

        process.WaitForExit();
    }

    private static (TimeSpan First, long FirstMemory, long LaterMemory) Deliver(string path)
    {
        using var server = new ServerProcess();
        long start = Stopwatch.GetTimestamp();
        using Process process = Start("--deliver", path, server.Port.ToString(CultureInfo.InvariantCulture));
        WaitFor(1);
        TimeSpan first = Stopwatch.GetElapsedTime(start);
        long firstMemory = PeakOf(process);
        WaitFor(Delivered / Batch);
        long laterMemory = PeakOf(process);
        process.Kill();
        process.WaitForExit();
        return (first, firstMemory, laterMemory);

        void WaitFor(int requests)
        {
            while (server.Requests < requests)
            {
                if (process.HasExited)
                {
                    throw new InvalidOperationException($"The process that delivers ended with exit code {process.ExitCode}.");
                }

                Thread.Sleep(1);
            }
        }
    }

    private static long PeakOf(Process process)
    {
        process.Refresh();
        return process.PeakWorkingSet64;
    }

    private static Process Start(params string[] arguments) =>
        Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true })!;
}
