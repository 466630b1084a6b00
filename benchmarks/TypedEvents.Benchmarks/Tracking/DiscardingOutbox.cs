namespace TypedEvents.Benchmarks;

/// <summary>An outbox that reads every event and discards it: the counterpart of a loop that empties a channel.</summary>
internal sealed class DiscardingOutbox : IEventOutbox
{
    public bool IsDurable => false;

    private long _events;
    private long _bytes;

    public long Bytes => Volatile.Read(ref _bytes);

    public ValueTask AddTargetAsync(OutboxTarget target, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public void BindTo(OutboxTarget target)
    {
    }

    public ValueTask<int> AppendAsync(IReadOnlyList<EventBlock> blocks, CancellationToken cancellationToken)
    {
        foreach (EventBlock block in blocks)
        {
            for (int i = 0; i < block.Count; i++)
            {
                _bytes += block[i].Json.Length;
            }

            _events += block.Count;
        }

        return ValueTask.FromResult(blocks.Count);
    }

    public ValueTask<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IOutboxClaim?>(null);

    public ValueTask<OutboxPositions> GetPositionsAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(new OutboxPositions(Volatile.Read(ref _events), null));

    public ValueTask<OutboxStatistics> GetStatisticsAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(new OutboxStatistics { Appended = Volatile.Read(ref _events), Delivered = Volatile.Read(ref _events) });

    public ValueTask<IReadOnlyList<StoredEvent>> ListAsync(OutboxQuery query, int maxEvents, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IReadOnlyList<StoredEvent>>([]);

    public ValueTask<long> CountAsync(OutboxQuery query, CancellationToken cancellationToken = default) => ValueTask.FromResult(0L);

    public ValueTask<long> ReplayAsync(OutboxQuery query, CancellationToken cancellationToken = default) => ValueTask.FromResult(0L);

    public ValueTask<long> PurgeAsync(OutboxQuery query, CancellationToken cancellationToken = default) => ValueTask.FromResult(0L);

    public ValueTask<OutboxStatistics> CloseAsync() => GetStatisticsAsync(CancellationToken.None);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
