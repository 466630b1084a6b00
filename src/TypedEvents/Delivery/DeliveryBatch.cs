namespace TypedEvents;

/// <summary>The events of the next request: read ahead from the outbox, and kept as they are until the request is accepted.</summary>
internal sealed class DeliveryBatch(DeliverySettings settings)
{
    private readonly List<OutboxEvent> _events = [];
    private readonly List<ReadOnlyMemory<byte>> _json = [];
    private readonly long[] _readUpTo = new long[Partition.Count];
    private int _bytes;
    private int _firstPartition;
    private bool _outboxHasMore;

    public IReadOnlyList<OutboxEvent> Events => _events;

    public IReadOnlyList<ReadOnlyMemory<byte>> Json => _json;

    public bool IsFull => _events.Count >= settings.MaxBatchEvents || _bytes >= settings.MaxBatchBytes || _outboxHasMore;

    /// <summary>Reads what has come since, each partition in turn first, so that none waits for the others for ever.</summary>
    public async ValueTask FillAsync(IOutboxClaim claim, CancellationToken cancellationToken)
    {
        for (int i = 0; i < claim.Partitions.Count && !IsFull; i++)
        {
            int partition = claim.Partitions[(_firstPartition + i) % claim.Partitions.Count];
            int before = _events.Count;
            _outboxHasMore = await claim.ReadAsync(
                partition,
                _readUpTo[partition],
                settings.MaxBatchEvents - _events.Count,
                settings.MaxBatchBytes - _bytes,
                _events,
                cancellationToken).ConfigureAwait(false);
            NoteRead(before);
        }
    }

    /// <summary>The events are settled: the next ones can be read.</summary>
    public void Clear()
    {
        _firstPartition = (_firstPartition + 1) % Partition.Count;
        _events.Clear();
        _json.Clear();
        _bytes = 0;
        _outboxHasMore = false;
    }

    /// <summary>The claim was lost: whoever has it next begins at the first event that isn't settled.</summary>
    public void Reset()
    {
        Clear();
        Array.Clear(_readUpTo);
    }

    private void NoteRead(int before)
    {
        for (int i = before; i < _events.Count; i++)
        {
            OutboxEvent read = _events[i];
            _json.Add(read.Json);
            _bytes += read.Json.Length;
            _readUpTo[read.Partition] = read.Position;
        }
    }
}
