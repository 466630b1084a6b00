using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace TypedEvents.Tests;

/// <summary>
/// The contract of every outbox, wherever it stores its events. The tests of an outbox derive from this class, in any project, and create the
/// outbox. Each test uses an <see cref="AuditedOutbox"/>, so the statistics are verified after every step.
/// </summary>
/// <remarks>
/// A claim may cover some partitions or all. The tests claim all of them, and use the claim that covers a partition.
/// </remarks>
public abstract partial class OutboxContractTests
{
    /// <summary>The lowest limit that every outbox accepts, in bytes.</summary>
    private protected const int MinBytes = 64 * 1024;

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The clock of the outbox.</summary>
    private protected FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 24, 6, 0, 0, TimeSpan.Zero));

    /// <summary>Creates an empty outbox, with <see cref="Clock"/> as its clock.</summary>
    /// <param name="maxBytes">The maximum size of pending events, in bytes.</param>
    /// <param name="maxDeadLetterBytes">The maximum size of dead letters and held events, in bytes.</param>
    private protected abstract IEventOutbox CreateOutbox(long maxBytes, long maxDeadLetterBytes);

    /// <summary>The size that an event counts against a limit, in bytes. Default: the length of its JSON.</summary>
    private protected virtual long SizeOf(OutboxModel.Item item, OutboxModel.Place place) => item.Json.Length;

    private protected AuditedOutbox Create(long maxBytes = 1024 * 1024, long maxDeadLetterBytes = 1024 * 1024) =>
        new(CreateOutbox(maxBytes, maxDeadLetterBytes));

    private protected static Task AppendAsync(IEventOutbox outbox, params (int Partition, string Json)[] events) =>
        AppendAsync(outbox, [.. events.Select(item => new TestEvent(item.Partition, item.Json))]);

    private protected static async Task AppendAsync(IEventOutbox outbox, params TestEvent[] events) =>
        Assert.Equal(1, await outbox.AppendAsync([Block(events)], Cancellation));

    private protected static EventBlock Block(params TestEvent[] events) => BlockOf(null, events);

    private protected static EventBlock BlockOf(string? appKey, params TestEvent[] events)
    {
        var block = new EventBlock(events.Sum(item => EventPage.BytesOf(Encoding.UTF8.GetByteCount(item.Json), item.User) + EventPage.OverheadBytes), appKey);
        foreach (TestEvent item in events)
        {
            block.Add(item.Partition, new EventSchema(item.Name), item.User, Encoding.UTF8.GetBytes(item.Json), TimeProvider.System);
        }

        return block;
    }

    /// <summary>Reads the JSON of all events of a partition that aren't held.</summary>
    private protected static async Task<IReadOnlyList<string>> ReadTextAsync(ClaimSet claims, int partition) =>
        [.. (await claims.ReadAsync(partition)).Select(TextOf)];

    private protected static string TextOf(OutboxEvent read) => Encoding.UTF8.GetString(read.Json.Span);

    private protected static string TextOf(StoredEvent stored) => Encoding.UTF8.GetString(stored.Json.Span);

    private protected static async Task<IReadOnlyList<string>> ListTextAsync(IEventOutbox outbox, OutboxQuery query) =>
        [.. (await outbox.ListAsync(query, 1000, Cancellation)).Select(TextOf)];

    private protected static async Task AssertStatisticsAsync(
        IEventOutbox outbox,
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
            await outbox.GetStatisticsAsync(Cancellation));

    private protected static DeadLetterReason Rejection { get; } = new(DeadLetterKind.Rejected, 40001, "no such property");

    /// <summary>An event that a test appends. Its JSON needn't be valid: an outbox doesn't parse it.</summary>
    private protected sealed record TestEvent(int Partition, string Json, string Name = "page_viewed", EngageUser User = default);
}
