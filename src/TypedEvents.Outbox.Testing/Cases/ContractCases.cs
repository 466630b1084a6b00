using System.Text;

namespace TypedEvents.Outbox.Testing;

/// <summary>
/// What every outbox promises, whatever it keeps its events in: one method for each case. Each case looks through an
/// <see cref="AuditedOutbox"/>, so the statistics are compared with what is there after every step.
/// </summary>
/// <remarks>
/// A claim may hold some partitions or all; the cases take what there is, and ask the claim that has the partition.
/// </remarks>
internal sealed partial class ContractCases(OutboxFactory factory, CancellationToken cancellation)
{
    private const int MinBytes = OutboxSpecification.MinBytes;
    private const int DefaultBytes = 1024 * 1024;

    private static readonly OutboxTarget Target = new(new Uri("https://api.engagelab.cc"), "shop");

    private CancellationToken Cancellation => cancellation;

    /// <summary>The clock of the outbox.</summary>
    private ContractClock Clock { get; } = new();

    private static DeadLetterReason Rejection { get; } = new(DeadLetterKind.Rejected, 40001, "no such property");

    private Task<AuditedOutbox> CreateAsync(long maxBytes = DefaultBytes, long maxDeadLetterBytes = DefaultBytes) =>
        CreateAsync(Guid.NewGuid().ToString("N"), maxBytes, maxDeadLetterBytes);

    private async Task<AuditedOutbox> CreateAsync(string name, long maxBytes = DefaultBytes, long maxDeadLetterBytes = DefaultBytes)
    {
        var specification = new OutboxSpecification { Name = name, MaxBytes = maxBytes, MaxDeadLetterBytes = maxDeadLetterBytes, TimeProvider = Clock };
        return new AuditedOutbox(await factory.CreateAsync(specification, Cancellation));
    }

    private Task<ClaimSet> TakeAsync(AuditedOutbox outbox) => ClaimSet.TakeAsync(outbox, Cancellation);

    private Task AppendAsync(AuditedOutbox outbox, params (int Partition, string Json)[] events) =>
        AppendAsync(outbox, [.. events.Select(item => new TestEvent(item.Partition, item.Json))]);

    private async Task AppendAsync(AuditedOutbox outbox, params TestEvent[] events) =>
        Assert.Equal(1, await outbox.AppendAsync([Block(events)], Cancellation));

    private static EventBlock Block(params TestEvent[] events) => BlockOf(null, events);

    private static EventBlock BlockOf(string? appKey, params TestEvent[] events) => EventBlock.Create(
        appKey,
        [
            .. events.Select(item => new BufferedEvent
            {
                Partition = item.Partition,
                EventName = item.Name,
                User = item.User,
                Json = Encoding.UTF8.GetBytes(item.Json),
            }),
        ]);

    /// <summary>All of a partition that isn't held, as text.</summary>
    private static async Task<IReadOnlyList<string>> ReadTextAsync(ClaimSet claims, int partition) =>
        [.. (await claims.ReadAsync(partition)).Select(TextOf)];

    private static string TextOf(OutboxEvent read) => Encoding.UTF8.GetString(read.Json.Span);

    private static string TextOf(StoredEvent stored) => Encoding.UTF8.GetString(stored.Json.Span);

    private async Task<IReadOnlyList<string>> ListTextAsync(AuditedOutbox outbox, OutboxQuery query) =>
        [.. (await outbox.ListAsync(query, 10_000, Cancellation)).Select(TextOf)];

    private async Task<OutboxStatistics> GetStatisticsAsync(AuditedOutbox outbox) =>
        Assert.NotNull(await outbox.GetStatisticsAsync(Cancellation));

    /// <summary>The positions while one claim or several hold all partitions.</summary>
    private static OutboxPositions Positions(long lastAppended, long? oldestPending, long? oldestHeld = null) =>
        new() { LastAppended = lastAppended, OldestPending = oldestPending, OldestHeld = oldestHeld };

    /// <summary>The figures that add up; how many are held and since when the oldest is pending has cases of its own.</summary>
    private async Task AssertStatisticsAsync(
        AuditedOutbox outbox,
        long appended,
        long delivered = 0,
        long pending = 0,
        long pendingRegistration = 0,
        long deadLetters = 0,
        long evicted = 0,
        long purged = 0) =>
        Assert.Equal(
            new OutboxStatistics
            {
                Appended = appended,
                Delivered = delivered,
                Pending = pending,
                PendingRegistration = pendingRegistration,
                DeadLetters = deadLetters,
                Discarded = new DiscardedEvents { Evicted = evicted, Purged = purged },
            },
            await GetStatisticsAsync(outbox) with { Held = 0, OldestPendingAt = null });

    /// <summary>An event that a case appends. Its JSON needn't be any: an outbox doesn't look into it.</summary>
    private sealed record TestEvent(int Partition, string Json, string Name = "page_viewed", EngageUser User = default);
}
