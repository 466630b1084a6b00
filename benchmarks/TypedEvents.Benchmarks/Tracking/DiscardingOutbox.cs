namespace TypedEvents.Benchmarks;

/// <summary>An outbox that reads every event and discards it: the counterpart of a loop that empties a channel.</summary>
internal sealed class DiscardingOutbox() : DelegatingOutbox(new MemoryOutbox())
{
    private long _events;
    private long _bytes;

    public long Bytes => Volatile.Read(ref _bytes);

    public override ValueTask<int> AppendAsync(IReadOnlyList<EventBlock> blocks, CancellationToken cancellationToken)
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

    public override ValueTask<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IOutboxClaim?>(null);

    public override ValueTask<OutboxPositions> GetPositionsAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(new OutboxPositions { LastAppended = Volatile.Read(ref _events) });

    public override ValueTask<OutboxStatistics?> GetStatisticsAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<OutboxStatistics?>(new OutboxStatistics { Appended = Volatile.Read(ref _events), Delivered = Volatile.Read(ref _events) });

    public override ValueTask<OutboxStatistics?> CloseAsync() => GetStatisticsAsync(CancellationToken.None);
}
