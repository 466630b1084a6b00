using System.Text;
using Npgsql;

namespace TypedEvents.Outbox.PostgreSql.Tests;

/// <summary>Tests of outboxes in one database; each opening stands for a process.</summary>
public abstract class OutboxTests : IAsyncLifetime
{
    private readonly List<PostgreSqlOutbox> _outboxes = [];

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected PostgreSqlDatabase Database { get; private set; } = null!;

    public virtual async ValueTask InitializeAsync() => Database = await CreateDatabaseAsync();

    public virtual async ValueTask DisposeAsync()
    {
        foreach (PostgreSqlOutbox outbox in _outboxes)
        {
            await outbox.DisposeAsync();
        }

        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected virtual Task<PostgreSqlDatabase> CreateDatabaseAsync() => PostgreSqlDatabase.CreateAsync();

    protected PostgreSqlOutbox Open(PostgreSqlOutboxOptions? options = null)
    {
        var outbox = PostgreSqlOutbox.Create(Database.DataSource, options);
        _outboxes.Add(outbox);
        return outbox;
    }

    protected static async Task<IOutboxClaim> ClaimAsync(PostgreSqlOutbox outbox)
    {
        IOutboxClaim? claim = await outbox.TryClaimAsync(Cancellation);
        Assert.NotNull(claim);
        return claim;
    }

    protected static async Task AppendAsync(PostgreSqlOutbox outbox, params (int Partition, string Json)[] events) =>
        Assert.Equal(1, await outbox.AppendAsync([Block(events)], Cancellation));

    protected static EventBlock Block(params (int Partition, string Json)[] events) => EventBlock.Create(
        null,
        [.. events.Select(item => new BufferedEvent { Partition = item.Partition, EventName = "page_viewed", Json = Encoding.UTF8.GetBytes(item.Json) })]);

    /// <summary>Appends in a transaction that the test ends.</summary>
    protected static async Task AppendAsync(PostgreSqlOutbox outbox, NpgsqlTransaction transaction, params (int Partition, string Json)[] events)
    {
        OutboxStore store = await outbox.GetStoreAsync(Cancellation);
        Command? append = await store.PrepareInTransactionAsync(Block(events), transactionId: null, Cancellation);
        await using var command = new NpgsqlCommand(append!.Value.Sql, transaction.Connection, transaction);
        command.Parameters.AddRange(append.Value.Parameters);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    protected static async Task<(OutboxReadResult Result, List<OutboxEvent> Events)> ReadAsync(IOutboxClaim claim, int partition, long after = 0)
    {
        List<OutboxEvent> events = [];
        return (await claim.ReadAsync(new OutboxReadRequest(partition) { After = after }, events, Cancellation), events);
    }

    protected static string[] Texts(IEnumerable<OutboxEvent> events) => [.. events.Select(item => Encoding.UTF8.GetString(item.Json.Span))];

    protected static async Task AssertInvariantAsync(PostgreSqlOutbox outbox, long appended, long delivered, long pending)
    {
        OutboxStatistics statistics = (await outbox.GetStatisticsAsync(Cancellation))!;
        Assert.Equal((appended, delivered, pending), (statistics.Appended, statistics.Delivered, statistics.Pending));
        Assert.Equal(statistics.Appended, statistics.Delivered + statistics.Pending + statistics.DeadLetters + statistics.Discarded.Total);
    }
}
