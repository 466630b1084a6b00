namespace TypedEvents.Benchmarks;

/// <summary>A memory outbox that can be switched to discard events, to measure only the caller's part.</summary>
internal sealed class SwitchableOutbox : IEventOutbox
{
    public bool IsDurable => false;

    private readonly MemoryOutbox _inner = new();

    public bool Discards { get; set; }

    public void BindTo(OutboxTarget target) => _inner.BindTo(target);

    public ValueTask AddTargetAsync(OutboxTarget target, CancellationToken cancellationToken) => _inner.AddTargetAsync(target, cancellationToken);

    public ValueTask<int> AppendAsync(IReadOnlyList<EventBlock> blocks, CancellationToken cancellationToken) =>
        Discards ? ValueTask.FromResult(blocks.Count) : _inner.AppendAsync(blocks, cancellationToken);

    public ValueTask<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken) => _inner.TryClaimAsync(cancellationToken);

    public ValueTask<OutboxPositions> GetPositionsAsync(CancellationToken cancellationToken) => _inner.GetPositionsAsync(cancellationToken);

    public ValueTask<OutboxStatistics> GetStatisticsAsync(CancellationToken cancellationToken) => _inner.GetStatisticsAsync(cancellationToken);

    public ValueTask<IReadOnlyList<StoredEvent>> ListAsync(OutboxQuery query, int maxEvents, CancellationToken cancellationToken = default) =>
        _inner.ListAsync(query, maxEvents, cancellationToken);

    public ValueTask<long> CountAsync(OutboxQuery query, CancellationToken cancellationToken = default) => _inner.CountAsync(query, cancellationToken);

    public ValueTask<long> ReplayAsync(OutboxQuery query, CancellationToken cancellationToken = default) => _inner.ReplayAsync(query, cancellationToken);

    public ValueTask<long> PurgeAsync(OutboxQuery query, CancellationToken cancellationToken = default) => _inner.PurgeAsync(query, cancellationToken);

    public ValueTask<OutboxStatistics> CloseAsync() => _inner.CloseAsync();

    public ValueTask DisposeAsync() => _inner.DisposeAsync();
}
