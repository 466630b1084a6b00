namespace TypedEvents.Outbox.PostgreSql;

/// <summary>
/// Whether there is room, judged by sizes that are at most a second old, or older while they are slow to read. What this process changes is
/// counted at once, and what it can't count has the sizes read again.
/// </summary>
internal sealed class OutboxLimits(StatisticsReader statistics, long maxBytes, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    /// <summary>Reading the sizes may take one part in this many of the time.</summary>
    private const int CostFactor = 20;

    private readonly SemaphoreSlim _reading = new(1, 1);
    private OutboxSizes? _sizes;
    private long _waitingBytes;
    private long _waitingEvents;
    private long _readAt;
    private TimeSpan _cost;

    public long MaxBytes => maxBytes;

    /// <summary>The last known sizes, at most a second old.</summary>
    public async ValueTask<OutboxSizes> GetAsync(CancellationToken cancellationToken)
    {
        if (FreshSizes() is { } fresh)
        {
            return fresh;
        }

        await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (FreshSizes() is { } known)
            {
                return known;
            }

            long began = clock.GetTimestamp();
            Interlocked.Exchange(ref _waitingBytes, 0);
            Interlocked.Exchange(ref _waitingEvents, 0);
            OutboxSizes sizes = await statistics.ReadSizesAsync(cancellationToken).ConfigureAwait(false);
            _cost = clock.GetElapsedTime(began);
            Volatile.Write(ref _readAt, began);
            Volatile.Write(ref _sizes, sizes);
            return sizes;
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>How many blocks there is room for, from the first on. Where nothing is pending, a block of any size fits.</summary>
    public async ValueTask<int> CountFittingAsync(IReadOnlyList<EventBlock> blocks, CancellationToken cancellationToken)
    {
        OutboxSizes sizes = await GetAsync(cancellationToken).ConfigureAwait(false);
        long events = sizes.WaitingEvents + Interlocked.Read(ref _waitingEvents);
        long bytes = sizes.WaitingBytes + Interlocked.Read(ref _waitingBytes);
        int count = 0;
        while (count < blocks.Count && (events <= 0 || bytes + blocks[count].Length <= maxBytes))
        {
            (long waitingEvents, long waitingBytes) = WaitingOf(blocks[count], sizes);
            events += waitingEvents;
            bytes += waitingBytes;
            count++;
        }

        return count;
    }

    /// <summary>Counts what this process appended, or with negative figures what it settled.</summary>
    public void Note(long events, long bytes)
    {
        Interlocked.Add(ref _waitingEvents, events);
        Interlocked.Add(ref _waitingBytes, bytes);
        if (_sizes is { HasHeldNames: true })
        {
            Invalidate();
        }
    }

    /// <summary>Has the sizes read again before they are used.</summary>
    public void Invalidate() => Volatile.Write(ref _sizes, null);

    public void Dispose() => _reading.Dispose();

    /// <summary>What of a block counts against the limit once it is appended: not the events that are held from then on.</summary>
    private static (long Events, long Bytes) WaitingOf(EventBlock block, OutboxSizes sizes)
    {
        if (!sizes.HasHeldNames)
        {
            return (block.Count, block.Length);
        }

        long events = 0;
        long bytes = 0;
        for (int i = 0; i < block.Count; i++)
        {
            BufferedEvent item = block[i];
            if (!sizes.HeldNames.Contains((item.Partition, item.EventName)))
            {
                events++;
                bytes += item.Json.Length;
            }
        }

        return (events, bytes);
    }

    private OutboxSizes? FreshSizes() =>
        Volatile.Read(ref _sizes) is { } sizes && clock.GetElapsedTime(Volatile.Read(ref _readAt)) < (_cost * CostFactor > Freshness ? _cost * CostFactor : Freshness)
            ? sizes
            : null;
}
