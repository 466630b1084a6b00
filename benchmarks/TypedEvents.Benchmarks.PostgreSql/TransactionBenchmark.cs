using Npgsql;
using TypedEvents.Outbox.PostgreSql;

namespace TypedEvents.Benchmarks.PostgreSql;

[EngageEvent("order_placed")]
internal readonly partial record struct OrderPlaced(Guid OrderId, decimal Total);

/// <summary>A transaction that inserts an order, with and without its event. The event costs a round trip and two rows.</summary>
internal static class TransactionBenchmark
{
    private const int Transactions = 20;

    public static void Run(BenchmarkOptions options) => RunAsync(new Report("postgresql-transaction", options), options.IsQuick ? 20 : 100).GetAwaiter().GetResult();

    private static async Task RunAsync(Report report, int rounds)
    {
        await using PostgreSqlServer server = await PostgreSqlServer.StartAsync("fsync = on", "full_page_writes = on");
        await using PostgreSqlDatabase database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("CREATE TABLE orders (id uuid PRIMARY KEY, total numeric NOT NULL); CREATE TABLE notes (id uuid PRIMARY KEY, json bytea NOT NULL)");
        await using PostgreSqlOutbox outbox = PostgreSqlOutbox.Create(database.DataSource);
        await using EventTracker tracker = EventTracker.Create(options =>
        {
            // Nobody listens there: what the delivery does isn't part of the measurement.
            options.BaseAddress = new Uri("http://127.0.0.1:9/");
            options.AllowInsecureLoopback = true;
            options.ApiKey = "local";
            options.ApiSecret = "local";
            options.ShutdownTimeout = TimeSpan.Zero;
            options.Outbox = outbox;
        });
        await tracker.StartAsync();
        await using NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync();
        byte[] json = new byte[Blocks.EventBytes];
        double[][] times = await Rounds.MeasureAsync(
            [
                new("order", () => RunAsync(static (_, _) => Task.CompletedTask)),
                new("order and a row of another table", () => RunAsync((id, _) => ExecuteAsync("INSERT INTO notes VALUES ($1, $2)", id, json))),
                new("order and event", () => RunAsync(async (id, transaction) =>
                {
                    TrackResult result = await tracker.Enlist(transaction).TrackOrderPlacedAsync(EngageUser.UserId("user-42"), id, 12.5m);
                    if (result != TrackResult.Accepted)
                    {
                        throw new InvalidOperationException($"The event was not accepted: {result}.");
                    }
                })),
            ],
            rounds);
        report.Line(Machine.Describe());
        report.Line("");
        report.Line("| transaction | ms | ratio | ± |");
        report.Line("| --- | ---: | ---: | ---: |");
        string[] names = ["BEGIN, INSERT of an order, COMMIT", "the same and an INSERT of 250 bytes into another table", "the same and `TrackAsync` of an event"];
        for (int i = 0; i < names.Length; i++)
        {
            (double ratio, double spread) = Rounds.Compare(times[i], times[0]);
            report.Line($"| {names[i]} | {Rounds.Median(times[i]) * 1000:F2} | {ratio:F2} | {spread:F2} |");
        }

        report.End();

        async Task<int> RunAsync(Func<Guid, NpgsqlTransaction, Task> more)
        {
            for (int i = 0; i < Transactions; i++)
            {
                await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
                var id = Guid.NewGuid();
                await ExecuteAsync("INSERT INTO orders VALUES ($1, $2)", id, 12.5m);
                await more(id, transaction);
                await transaction.CommitAsync();
            }

            return Transactions;
        }

        async Task ExecuteAsync(string sql, Guid id, object value)
        {
            await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = id }, new() { Value = value } } };
            await command.ExecuteNonQueryAsync();
        }
    }
}
