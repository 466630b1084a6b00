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
        ValueTask.FromResult(new OutboxReadResult { HasMore = outbox.Read(request, destination) });

    public ValueTask<OutboxEvent?> ReadHeldAsync(string eventName, long after, CancellationToken cancellationToken) =>
        ValueTask.FromResult(outbox.ReadHeld(eventName, after));

    public ValueTask<bool> SettleDeliveredAsync(IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken) =>
        outbox.Change(this, store => store.SettleDelivered(events));

    public ValueTask<bool> SettleDeadLetterAsync(IReadOnlyList<OutboxEvent> events, DeadLetterReason reason, CancellationToken cancellationToken) =>
        outbox.Change(this, store => store.SettleDeadLetter(events, reason));

    public ValueTask<bool> HoldAsync(string eventName, CancellationToken cancellationToken) =>
        outbox.Change(this, store => store.Hold(eventName));

    public ValueTask<bool> ReleaseAsync(string eventName, CancellationToken cancellationToken) =>
        outbox.Change(this, store => store.Release(eventName));

    public ValueTask<bool> ExpireAsync(int partition, TimeSpan maxAge, ICollection<OutboxEvent>? expired, CancellationToken cancellationToken) =>
        outbox.Change(this, store => store.Expire(partition, maxAge, expired, outbox.Now));

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
