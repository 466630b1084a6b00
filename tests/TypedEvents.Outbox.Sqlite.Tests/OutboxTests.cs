using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>Base class for tests of a SQLite outbox, with a separate folder and a few events.</summary>
public abstract class OutboxTests : IDisposable
{
    private protected TemporaryFolder Folder { get; } = new();

    private protected FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 24, 6, 0, 0, TimeSpan.Zero));

    private protected CapturingLogger Logger { get; } = new();

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected static DeadLetterReason Rejection { get; } = new(DeadLetterKind.Rejected, 40001, "no such property");

    public void Dispose()
    {
        Folder.Dispose();
        Logger.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected SqliteOutbox Open(long maxBytes = 1024 * 1024, int maxUsers = 100) => Open(Clock, maxBytes, maxUsers);

    /// <summary>Opens the outbox with the clock of the tracker that uses it, because they compare each other's times.</summary>
    private protected SqliteOutbox Open(TimeProvider clock, long maxBytes = 1024 * 1024, int maxUsers = 100) => OpenFile(
        Folder.Outbox,
        new SqliteOutboxOptions { MaxBytes = maxBytes, MaxUsers = maxUsers, TimeProvider = clock, LoggerFactory = Logger });

    /// <summary>Opens the file now, as the first member that needs it would.</summary>
    private protected static SqliteOutbox OpenFile(string path, SqliteOutboxOptions? options = null)
    {
        SqliteOutbox outbox = SqliteOutbox.Open(path, options);
        outbox.GetStoreAsync(Cancellation).AsTask().GetAwaiter().GetResult();
        return outbox;
    }

    private protected static OutboxTarget Target(string address, string project = "shop") => new(new Uri(address), project);

    private protected static OutboxOpening Opening(OutboxTarget target) => new() { Target = target };

    private protected static EventBlock Block(params string[] events) => BlockOf("page_viewed", events);

    private protected static EventBlock BlockOf(string name, params string[] events)
    {
        var block = new EventBlock(events.Sum(item => Encoding.UTF8.GetByteCount(item) + 64), appKey: null);
        foreach (string item in events)
        {
            block.Add(1, new EventSchema(name), default, Encoding.UTF8.GetBytes(item), TimeProvider.System);
        }

        return block;
    }

    private protected static async Task AppendAsync(SqliteOutbox outbox, params string[] events) =>
        Assert.Equal(1, await outbox.AppendAsync([Block(events)], Cancellation));

    private protected static async Task<IOutboxClaim> ClaimAsync(SqliteOutbox outbox)
    {
        IOutboxClaim? claim = await outbox.TryClaimAsync(Cancellation);
        Assert.NotNull(claim);
        return claim;
    }

    private protected static async Task<List<OutboxEvent>> ReadAsync(IOutboxClaim claim, int partition = 1)
    {
        List<OutboxEvent> events = [];
        await claim.ReadAsync(new OutboxReadRequest(partition), events, Cancellation);
        return events;
    }

    private protected static async Task<IReadOnlyList<string>> ListAsync(SqliteOutbox outbox, OutboxQuery query) =>
        [.. (await outbox.ListAsync(query, int.MaxValue, Cancellation)).Select(stored => Encoding.UTF8.GetString(stored.Json.Span))];

    /// <summary>Reads the statistics, and asserts the outbox's accounting invariant.</summary>
    private protected static async Task<OutboxStatistics> GetStatisticsAsync(SqliteOutbox outbox)
    {
        OutboxStatistics? read = await outbox.GetStatisticsAsync(Cancellation);
        Assert.NotNull(read);

        // The contract looks at what doesn't add up.
        OutboxStatistics statistics = read with { Held = 0, OldestPendingAt = null };
        Assert.Equal(statistics.Appended, statistics.Delivered + statistics.Pending + statistics.DeadLetters + statistics.Discarded.Total);
        return statistics;
    }
}
