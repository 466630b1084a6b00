using TypedEvents.Outbox.Sqlite;

namespace TypedEvents.Benchmarks.PostgreSql;

/// <summary>
/// What the outbox adds to its statements: append, and the whole cycle of append, read and settle, against Npgsql alone with the same statements.
/// The commits reach the disk, as those of the SQLite outbox beside it do.
/// </summary>
internal static class OutboxBenchmark
{
    private const int Cycles = 10;

    public static void Run(BenchmarkOptions options) => RunAsync(new Report("postgresql-outbox", options), options.IsQuick ? 10 : 40).GetAwaiter().GetResult();

    private static async Task RunAsync(Report report, int rounds)
    {
        await using PostgreSqlServer server = await PostgreSqlServer.StartAsync("fsync = on", "full_page_writes = on");
        await using PostgreSqlDatabase database = await server.CreateDatabaseAsync();
        string folder = Directory.CreateTempSubdirectory("typedevents-benchmark-").FullName;
        List<IAsyncDisposable> opened = [];
        try
        {
            OutboxSender[] appending = Opened(await OutboxSender.OpenAsync(database.ConnectionString, "appending", 1));
            OutboxSender[] appendingFour = Opened(await OutboxSender.OpenAsync(database.ConnectionString, "appending_four", 4));
            OutboxSender[] one = Opened(await OutboxSender.OpenAsync(database.ConnectionString, "one", 1));
            OutboxSender[] four = Opened(await OutboxSender.OpenAsync(database.ConnectionString, "four", 4));
            RawSender[] rawAppending = Opened(await RawSender.OpenAsync(database, "raw_appending", 1));
            RawSender[] rawAppendingFour = Opened(await RawSender.OpenAsync(database, "raw_appending_four", 4));
            RawSender[] rawOne = Opened(await RawSender.OpenAsync(database, "raw_one", 1));
            RawSender[] rawFour = Opened(await RawSender.OpenAsync(database, "raw_four", 4));
            SqliteOutbox file = SqliteOutbox.Open(Path.Combine(folder, "events.db"));
            OutboxSender[] sqlite = Opened([new OutboxSender(file, (await file.TryClaimAsync(default))!)]);
            (string Name, string Against, Way Way)[] all =
            [
                ("append", "", new("Npgsql alone, 1 sender", () => rawAppending[0].AppendAsync(Cycles))),
                ("append", "Npgsql alone, 1 sender", new("PostgreSQL outbox, 1 sender", () => appending[0].AppendAsync(Cycles))),
                ("append", "", new("Npgsql alone, 4 senders", () => AllAsync(rawAppendingFour, static sender => sender.AppendAsync(Cycles)))),
                ("append", "Npgsql alone, 4 senders", new("PostgreSQL outbox, 4 senders", () => AllAsync(appendingFour, static sender => sender.AppendAsync(Cycles)))),
                ("cycle", "", new("Npgsql alone, 1 sender", () => rawOne[0].CycleAsync(Cycles))),
                ("cycle", "Npgsql alone, 1 sender", new("PostgreSQL outbox, 1 sender", () => one[0].CycleAsync(Cycles))),
                ("cycle", "", new("Npgsql alone, 4 senders", () => AllAsync(rawFour, static sender => sender.CycleAsync(Cycles)))),
                ("cycle", "Npgsql alone, 4 senders", new("PostgreSQL outbox, 4 senders", () => AllAsync(four, static sender => sender.CycleAsync(Cycles)))),
                ("cycle", "", new("SQLite outbox", () => sqlite[0].CycleAsync(Cycles))),
            ];
            double[][] times = await Rounds.MeasureAsync([.. all.Select(static item => item.Way)], rounds);

            report.Line(Machine.Describe());
            report.Line("");
            report.Line("| what | way | events/s | compared with | ratio of the events/s | ± |");
            report.Line("| --- | --- | ---: | --- | ---: | ---: |");
            for (int i = 0; i < all.Length; i++)
            {
                if (all[i].Against is { Length: > 0 } against)
                {
                    Row(i, against, Find(all[i].Name, against));
                }
                else
                {
                    report.Line($"| {all[i].Name} | {all[i].Way.Name} | {1 / Rounds.Median(times[i]):N0} | | | |");
                }
            }

            Between("append", "PostgreSQL outbox, 4 senders", "PostgreSQL outbox, 1 sender");
            Between("cycle", "PostgreSQL outbox, 4 senders", "PostgreSQL outbox, 1 sender");
            Between("cycle", "PostgreSQL outbox, 1 sender", "SQLite outbox");

            void Between(string name, string way, string against) => Row(Find(name, way), against, Find(name, against));

            int Find(string name, string way) => Array.FindIndex(all, item => item.Name == name && item.Way.Name == way);

            void Row(int i, string against, int other)
            {
                (double ratio, double spread) = Rounds.Compare(times[other], times[i]);
                report.Line($"| {all[i].Name} | {all[i].Way.Name} | {1 / Rounds.Median(times[i]):N0} | {against} | {ratio:F2} | {spread:F2} |");
            }
        }
        finally
        {
            foreach (IAsyncDisposable item in opened)
            {
                await item.DisposeAsync();
            }

            Directory.Delete(folder, recursive: true);
        }

        report.End();

        T[] Opened<T>(T[] items)
            where T : IAsyncDisposable
        {
            opened.AddRange(items.Cast<IAsyncDisposable>());
            return items;
        }
    }

    private static async Task<int> AllAsync<T>(T[] senders, Func<T, Task<int>> run) =>
        (await Task.WhenAll(senders.Select(sender => Task.Run(() => run(sender))))).Sum();
}
