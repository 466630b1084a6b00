namespace TypedEvents;

/// <summary>Keeps events in memory, up to a limit: they survive a server that is down, and end with the process.</summary>
public sealed class MemoryOutbox : IEventOutbox
{
    /// <summary>16 MiB.</summary>
    public const int DefaultMaxBytes = 16 * 1024 * 1024;

    private readonly object _lock = new();
    private readonly long _maxBytes;
    private readonly MemoryPartition[] _partitions;
    private Claim? _claim;
    private long _lastPosition;
    private long _pendingBytes;
    private long _pending;
    private long _delivered;
    private long _leftOver;

    /// <summary>Makes an empty outbox.</summary>
    /// <param name="maxBytes">How many bytes of JSON it keeps: at least 64 KiB. Default: 16 MiB.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxBytes"/> is less than 64 KiB.</exception>
    public MemoryOutbox(long maxBytes = DefaultMaxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 64 * 1024);
        _maxBytes = maxBytes;
        _partitions = new MemoryPartition[Partition.Count];
        for (int i = 0; i < _partitions.Length; i++)
        {
            _partitions[i] = new MemoryPartition(i);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryAppendAsync(EventBlock block, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(block);
        lock (_lock)
        {
            if (_pending > 0 && _pendingBytes + block.Length > _maxBytes)
            {
                return ValueTask.FromResult(false);
            }

            for (int i = 0; i < block.Count; i++)
            {
                BufferedEvent buffered = block[i];
                _partitions[buffered.Partition].Append(++_lastPosition, buffered.EventName, buffered.Json.Span);
            }

            _pending += block.Count;
            _pendingBytes += block.Length;
            return ValueTask.FromResult(true);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_claim is not null)
            {
                return ValueTask.FromResult<IOutboxClaim?>(null);
            }

            _claim = new Claim(this);
            return ValueTask.FromResult<IOutboxClaim?>(_claim);
        }
    }

    /// <inheritdoc/>
    public ValueTask<OutboxPositions> GetPositionsAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return ValueTask.FromResult(new OutboxPositions(_lastPosition, _partitions.Min(partition => partition.OldestPending)));
        }
    }

    /// <inheritdoc/>
    public ValueTask<OutboxAccount> GetAccountAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return ValueTask.FromResult(new OutboxAccount
            {
                Appended = _lastPosition,
                Delivered = _delivered,
                Pending = _pending,
                Discarded = new DiscardedEvents { LeftOver = _leftOver },
            });
        }
    }

    /// <inheritdoc/>
    public ValueTask<OutboxAccount> CloseAsync()
    {
        lock (_lock)
        {
            _leftOver += _pending;
            _pending = 0;
            _pendingBytes = 0;
            foreach (MemoryPartition partition in _partitions)
            {
                partition.Clear();
            }
        }

        return GetAccountAsync(CancellationToken.None);
    }

    /// <summary>Discards what is left.</summary>
    public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);

    private sealed class Claim(MemoryOutbox outbox) : IOutboxClaim
    {
        public IReadOnlyList<int> Partitions { get; } = [.. Enumerable.Range(0, Partition.Count)];

        public CancellationToken Lost => CancellationToken.None;

        public ValueTask<bool> ReadAsync(
            int partition,
            long after,
            int maxEvents,
            int maxBytes,
            ICollection<OutboxEvent> destination,
            CancellationToken cancellationToken)
        {
            lock (outbox._lock)
            {
                return ValueTask.FromResult(outbox._partitions[partition].Read(after, maxEvents, maxBytes, destination));
            }
        }

        public ValueTask<bool> SettleDeliveredAsync(IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken)
        {
            lock (outbox._lock)
            {
                if (outbox._claim != this)
                {
                    return ValueTask.FromResult(false);
                }

                foreach (OutboxEvent settled in events)
                {
                    if (outbox._partitions[settled.Partition].Remove(settled.Position))
                    {
                        outbox._pending--;
                        outbox._pendingBytes -= settled.Json.Length;
                        outbox._delivered++;
                    }
                }
            }

            return ValueTask.FromResult(true);
        }

        public ValueTask DisposeAsync()
        {
            lock (outbox._lock)
            {
                if (outbox._claim == this)
                {
                    outbox._claim = null;
                }
            }

            return ValueTask.CompletedTask;
        }
    }
}
