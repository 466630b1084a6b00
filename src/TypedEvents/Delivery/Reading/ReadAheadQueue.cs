using System.Runtime.InteropServices;

namespace TypedEvents;

/// <summary>The next events of a lane: read ahead from its partitions, each partition's in its order.</summary>
internal sealed class ReadAheadQueue
{
    private readonly List<OutboxEvent> _events = [];
    private readonly List<OutboxEvent> _read = [];
    private readonly long[] _readUpTo = new long[Partition.Count];
    private int _firstPartition;
    private bool _isOverdue;

    public List<OutboxEvent> Events => _events;

    /// <summary>The size of <see cref="Events"/> together.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether the outbox may have more behind these.</summary>
    public bool MayHaveMore { get; set; } = true;

    /// <summary>When the first of the events was read.</summary>
    public TimeSpan Since { get; private set; }

    /// <summary>Reads what has come since, each partition in turn first, so that none waits for the others for ever.</summary>
    /// <param name="claim">Where from.</param>
    /// <param name="partitions">The lane's partitions.</param>
    /// <param name="prepare">Gives the event as it is sent, or <see langword="null"/> for one that isn't sent now.</param>
    /// <param name="isTooEarly">Whether an event, and what stands behind it, can't be taken yet.</param>
    /// <param name="settings">How far to read ahead.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async ValueTask FillAsync(
        IOutboxClaim claim,
        IReadOnlyList<int> partitions,
        Func<OutboxEvent, OutboxEvent?> prepare,
        Func<OutboxEvent, bool> isTooEarly,
        DeliverySettings settings,
        TimeSpan now,
        CancellationToken cancellationToken)
    {
        if (_events.Count == 0)
        {
            Since = _isOverdue ? TimeSpan.Zero : now;
        }

        bool hasMore = false;
        for (int i = 0; i < partitions.Count; i++)
        {
            int partition = partitions[(_firstPartition + i) % partitions.Count];
            hasMore |= await ReadAsync(claim, partition, prepare, isTooEarly, settings, cancellationToken).ConfigureAwait(false);
        }

        _firstPartition++;
        _isOverdue &= _events.Count == 0;
        MayHaveMore = hasMore;
    }

    /// <summary>Removes events that were sent together, if they are among these.</summary>
    public void Remove(OutboxEvent[] sent)
    {
        int kept = 0;
        int next = 0;
        for (int i = 0; i < _events.Count; i++)
        {
            // Both are in the same order, as a rule: the next one is the one.
            int tried = 0;
            while (tried < sent.Length && sent[(next + tried) % sent.Length].Position != _events[i].Position)
            {
                tried++;
            }

            if (tried < sent.Length)
            {
                next += tried + 1;
            }
            else
            {
                _events[kept++] = _events[i];
            }
        }

        _events.RemoveRange(kept, _events.Count - kept);
        CountBytes();
    }

    public void Remove(long position) => RemoveAll(queued => queued.Position == position);

    public void Remove(string eventName) => RemoveAll(queued => queued.EventName == eventName);

    /// <summary>Whether an event up to a position is among these.</summary>
    public bool Holds(long last) => _events.Exists(queued => queued.Position <= last);

    /// <summary>Reads all again that is still pending from a position of a partition on: it has waited for long enough.</summary>
    public void Rewind(int partition, long position)
    {
        if (_readUpTo[partition] < position)
        {
            return;
        }

        _readUpTo[partition] = position - 1;
        _events.RemoveAll(queued => queued.Partition == partition && queued.Position >= position);
        CountBytes();
        MayHaveMore = true;
        _isOverdue = true;
    }

    /// <summary>Reads all again that is still pending.</summary>
    public void Reset()
    {
        _events.Clear();
        Bytes = 0;
        Array.Clear(_readUpTo);
        MayHaveMore = true;
    }

    /// <summary>Whether all of the lane's partitions were read up to a position.</summary>
    public bool HasRead(IReadOnlyList<int> partitions, long position) =>
        !MayHaveMore || HasReadUpTo(partitions, position);

    private bool HasReadUpTo(IReadOnlyList<int> partitions, long position)
    {
        for (int i = 0; i < partitions.Count; i++)
        {
            if (_readUpTo[partitions[i]] < position)
            {
                return false;
            }
        }

        return true;
    }

    private void RemoveAll(Predicate<OutboxEvent> match)
    {
        if (_events.RemoveAll(match) > 0)
        {
            CountBytes();
        }
    }

    private void CountBytes()
    {
        Bytes = 0;
        foreach (OutboxEvent queued in _events)
        {
            Bytes += queued.Json.Length;
        }
    }

    private async ValueTask<bool> ReadAsync(
        IOutboxClaim claim,
        int partition,
        Func<OutboxEvent, OutboxEvent?> prepare,
        Func<OutboxEvent, bool> isTooEarly,
        DeliverySettings settings,
        CancellationToken cancellationToken)
    {
        while (_events.Count < settings.MaxBatchEvents && Bytes < settings.MaxBatchBytes)
        {
            _read.Clear();
            bool hasMore = await claim.ReadAsync(
                partition,
                _readUpTo[partition],
                settings.MaxBatchEvents - _events.Count,
                (int)(settings.MaxBatchBytes - Bytes),
                _read,
                cancellationToken).ConfigureAwait(false);
            if (!TryTakeAll(partition, prepare, isTooEarly))
            {
                return true;
            }

            if (!hasMore)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes over what was read.</summary>
    /// <returns>Whether none of it comes too early.</returns>
    private bool TryTakeAll(int partition, Func<OutboxEvent, OutboxEvent?> prepare, Func<OutboxEvent, bool> isTooEarly)
    {
        foreach (ref readonly OutboxEvent read in CollectionsMarshal.AsSpan(_read))
        {
            if (isTooEarly(read))
            {
                return false;
            }

            _readUpTo[partition] = read.Position;
            if (prepare(read) is { } prepared)
            {
                _events.Add(prepared);
                Bytes += prepared.Json.Length;
            }
        }

        return true;
    }
}
