namespace TypedEvents;

/// <summary>The one claim on all partitions of a memory outbox.</summary>
internal sealed class MemoryClaim(MemoryOutbox outbox, IReadOnlyCollection<string> heldNames) : IOutboxClaim
{
    private static readonly int[] AllPartitions = CreatePartitions();

    public IReadOnlyList<int> Partitions => AllPartitions;

    public IReadOnlyCollection<string> HeldNames => heldNames;

    public CancellationToken LostToken => CancellationToken.None;

    public CancellationToken RecalledToken => CancellationToken.None;

    public TimeSpan SureFor => TimeSpan.MaxValue;

    public ValueTask<OutboxReadResult> ReadAsync(
        OutboxReadRequest request,
        ICollection<OutboxEvent> destination,
        CancellationToken cancellationToken) =>
        outbox.Read((request, destination), static (store, read) => new OutboxReadResult { HasMore = store.Read(read.request, read.destination) });

    public ValueTask<OutboxEvent?> ReadHeldAsync(string eventName, long after, CancellationToken cancellationToken) =>
        outbox.Read((eventName, after), static (store, read) => store.ReadHeld(read.eventName, read.after));

    public ValueTask<bool> SettleDeliveredAsync(IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken) =>
        outbox.Change(this, events, static (store, events, _) => store.SettleDelivered(events));

    public ValueTask<bool> SettleDeadLetterAsync(IReadOnlyList<OutboxEvent> events, DeadLetterReason reason, CancellationToken cancellationToken) =>
        outbox.Change(this, (events, reason), static (store, settled, _) => store.SettleDeadLetter(settled.events, settled.reason));

    public ValueTask<bool> HoldAsync(string eventName, CancellationToken cancellationToken) =>
        outbox.Change(this, eventName, static (store, eventName, _) => store.Hold(eventName));

    public ValueTask<bool> ReleaseAsync(string eventName, CancellationToken cancellationToken) =>
        outbox.Change(this, eventName, static (store, eventName, _) => store.Release(eventName));

    public ValueTask<bool> ExpireAsync(int partition, TimeSpan maxAge, ICollection<OutboxEvent>? expired, CancellationToken cancellationToken) =>
        outbox.Change(this, (partition, maxAge, expired), static (store, limit, now) => store.Expire(limit.partition, limit.maxAge, limit.expired, now));

    public ValueTask DisposeAsync()
    {
        outbox.GiveBack(this);
        return ValueTask.CompletedTask;
    }

    private static int[] CreatePartitions()
    {
        int[] partitions = new int[Partition.Count];
        for (int i = 0; i < partitions.Length; i++)
        {
            partitions[i] = i;
        }

        return partitions;
    }
}
