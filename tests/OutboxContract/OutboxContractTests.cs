using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace TypedEvents.Tests;

/// <summary>
/// What every outbox promises, whatever it keeps its events in. Its tests derive from this class, in whatever project they are, and
/// say there how it is made. Each test looks through an <see cref="AuditedOutbox"/>, so the statistics are compared after every step.
/// </summary>
/// <remarks>
/// A claim may hold some partitions or all; the tests take what there is, and ask the claim that has the partition.
/// </remarks>
public abstract partial class OutboxContractTests
{
    /// <summary>The least limit that every outbox accepts.</summary>
    private protected const int MinBytes = 64 * 1024;

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The clock of the outbox.</summary>
    private protected FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 24, 6, 0, 0, TimeSpan.Zero));

    /// <summary>Makes an empty outbox, with <see cref="Clock"/> as its clock.</summary>
    /// <param name="maxBytes">How many bytes wait at most.</param>
    /// <param name="maxDeadLetterBytes">How many bytes of dead letters and held events are kept.</param>
    private protected abstract IEventOutbox CreateOutbox(long maxBytes, long maxDeadLetterBytes);

    /// <summary>What an event counts for against a limit. By default its JSON.</summary>
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

    /// <summary>All of a partition that isn't held, as text.</summary>
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

    /// <summary>An event that a test appends. Its JSON needn't be any: an outbox doesn't look into it.</summary>
    private protected sealed record TestEvent(int Partition, string Json, string Name = "page_viewed", EngageUser User = default);
}
