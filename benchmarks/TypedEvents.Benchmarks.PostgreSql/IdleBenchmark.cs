using System.Diagnostics;
using TypedEvents.Outbox.PostgreSql;

namespace TypedEvents.Benchmarks.PostgreSql;

/// <summary>
/// What a process that tracks nothing costs: the server's transactions, and the CPU time of this process and of the server's. The first minute is
/// one in which it still looks for events each second.
/// </summary>
internal static class IdleBenchmark
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static void Run(BenchmarkOptions options) => RunAsync(new Report("postgresql-idle", options), options.IsQuick ? Minute / 4 : Minute).GetAwaiter().GetResult();

    private static async Task RunAsync(Report report, TimeSpan time)
    {
        await using PostgreSqlServer server = await PostgreSqlServer.StartAsync("autovacuum = off");
        await using PostgreSqlDatabase database = await server.CreateDatabaseAsync();
        await using PostgreSqlDatabase observed = await server.CreateDatabaseAsync();
        await using PostgreSqlOutbox outbox = PostgreSqlOutbox.Create(observed.ConnectionString);
        await using EventTracker tracker = EventTracker.Create(options =>
        {
            options.BaseAddress = new Uri("http://127.0.0.1:9/");
            options.AllowInsecureLoopback = true;
            options.ApiKey = "local";
            options.ApiSecret = "local";
            options.Outbox = outbox;
        });
        await tracker.StartAsync();
        await Task.Delay(TimeSpan.FromSeconds(2));
        report.Line(Machine.Describe());
        report.Line("");
        report.Line("| a process with a tracker, in a minute | transactions | CPU time of the process | CPU time of the server for it |");
        report.Line("| --- | ---: | ---: | ---: |");
        await MeasureAsync("that has just started");

        // Without events the process looks less often after a minute.
        await Task.Delay(Minute + TimeSpan.FromSeconds(5) - time);
        await MeasureAsync("that has been idle for a minute");
        report.End();

        async Task MeasureAsync(string what)
        {
            using var process = Process.GetCurrentProcess();
            (long transactions, TimeSpan server) before = await LookAsync();
            TimeSpan own = process.TotalProcessorTime;
            await Task.Delay(time);
            process.Refresh();
            own = process.TotalProcessorTime - own;
            (long transactions, TimeSpan server) after = await LookAsync();
            double scale = Minute / time;
            report.Line($"| {what} | {(after.transactions - before.transactions) * scale:F0} | {own.TotalMilliseconds * scale:F0} ms | {(after.server - before.server).TotalMilliseconds * scale:F0} ms |");
        }

        // From another database, so that the question isn't counted.
        async Task<(long Transactions, TimeSpan Server)> LookAsync()
        {
            // The server writes a session's figures down after a second.
            await Task.Delay(TimeSpan.FromSeconds(1.5));
            long transactions = await database.QueryAsync<long>($"SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = '{observed.Name}'");
            int[] processes = await database.QueryAsync<int[]>($"SELECT array_agg(pid) FROM pg_stat_activity WHERE datname = '{observed.Name}'");
            return (transactions, processes.Aggregate(TimeSpan.Zero, static (sum, id) => sum + TimeOf(id)));
        }
    }

    private static TimeSpan TimeOf(int processId)
    {
        using var process = Process.GetProcessById(processId);
        return process.TotalProcessorTime;
    }
}
