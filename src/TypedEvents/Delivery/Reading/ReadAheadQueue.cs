using System.Runtime.InteropServices;

namespace TypedEvents;

/// <summary>The next events of a lane: read ahead from its partitions, each partition's in its order.</summary>
internal sealed class ReadAheadQueue
{
    private List<OutboxEvent> _events = [];
    private readonly long[] _readUpTo = new long[Partition.Count];
    private readonly long[] _newest = new long[Partition.Count];
    private OutboxEvent[]? _taken;
    private uint _firstPartition;
    private bool _isOverdue;

    public IReadOnlyList<OutboxEvent> Events => _events;

    public int Count => _events.Count;

    /// <summary>The size of <see cref="Events"/> together.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether the outbox may have more behind these.</summary>
    public bool MayHaveMore { get; private set; } = true;

    /// <summary>When the first of the events was read.</summary>
    public TimeSpan Since { get; private set; }

    /// <summary>Whether all of these are of one application.</summary>
    public bool IsOfOneApplication { get; private set; } = true;

    /// <summary>The position up to which a partition was read.</summary>
    public long ReadUpTo(int partition) => _readUpTo[partition];

    /// <summary>Whether an event is read for the first time.</summary>
    public bool IsNew(int partition, long position) => position > _newest[partition];

    /// <summary>The outbox has, or may have, more events.</summary>
    public void NoteMore() => MayHaveMore = true;

    /// <summary>Begins to read.</summary>
    /// <returns>Which of the lane's partitions is read first: each in turn, so that none waits permanently for the others.</returns>
    public uint BeginFill(TimeSpan now)
    {
        if (_events.Count == 0)
        {
            Since = _isOverdue ? TimeSpan.Zero : now;
        }

        return _firstPartition++;
    }

    /// <summary>Takes over an event that was read, as it is sent, or notes that it isn't sent now.</summary>
    public void NoteRead(int partition, long position, OutboxEvent? prepared)
    {
        _readUpTo[partition] = position;
        _newest[partition] = Math.Max(position, _newest[partition]);
        if (prepared is { } next)
        {
            _events.Add(next);
            Note(new ReadOnlySpan<OutboxEvent>(in next));
        }
    }

    /// <summary>Takes over events that are sent as they were read.</summary>
    /// <param name="partition">Their partition.</param>
    /// <param name="ready">The events; afterwards another list, whose content means nothing.</param>
    public void NoteReady(int partition, ref List<OutboxEvent> ready)
    {
        if (ready.Count == 0)
        {
            return;
        }

        long last = ready[^1].Position;
        _readUpTo[partition] = last;
        _newest[partition] = Math.Max(last, _newest[partition]);
        int first = _events.Count;
        if (first == 0)
        {
            (_events, ready) = (ready, _events);
        }
        else
        {
            _events.AddRange(ready);
        }

        Note(CollectionsMarshal.AsSpan(_events)[first..]);
    }

    /// <summary>Notes that the partitions were read.</summary>
    public void EndFill(bool mayHaveMore)
    {
        _isOverdue &= _events.Count == 0;
        MayHaveMore = mayHaveMore;
    }

    /// <summary>The next events of one application, up to a maximum number and size; a single event may exceed the size.</summary>
    public OutboxEvent[] Next(int maxEvents, int maxBytes)
    {
        ReadOnlySpan<OutboxEvent> queued = CollectionsMarshal.AsSpan(_events);
        int count = queued.Length;
        if (count > maxEvents || Bytes > maxBytes || !IsOfOneApplication)
        {
            queued = queued[..Math.Min(count, maxEvents)];
            count = 0;
            for (long bytes = 0; count < queued.Length; count++)
            {
                bytes += queued[count].Json.Length;
                if (count > 0 && (bytes > maxBytes || queued[count].AppKey != queued[0].AppKey))
                {
                    break;
                }
            }
        }

        _taken = queued[..count].ToArray();
        return _taken;
    }

    /// <summary>Removes events that were sent together, if they are among these.</summary>
    public void Remove(OutboxEvent[] sent)
    {
        if (ReferenceEquals(sent, _taken))
        {
            // They are still the first ones: nothing but events behind them has changed since.
            _events.RemoveRange(0, sent.Length);
            CountAll();
            return;
        }

        Span<OutboxEvent> queued = CollectionsMarshal.AsSpan(_events);
        int kept = 0;
        int next = 0;
        for (int i = 0; i < queued.Length; i++)
        {
            // Both are in the same order, as a rule: the next one is the one.
            int found = next;
            int tried = 0;
            while (tried < sent.Length && sent[found].Position != queued[i].Position)
            {
                found = Following(found);
                tried++;
            }

            if (tried < sent.Length)
            {
                next = Following(found);
            }
            else
            {
                queued[kept++] = queued[i];
            }
        }

        _events.RemoveRange(kept, _events.Count - kept);
        CountAll();

        int Following(int index) => index + 1 < sent.Length ? index + 1 : 0;
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
        CountAll();
        MayHaveMore = true;
        _isOverdue = true;
    }

    /// <summary>Begins over, under another claim.</summary>
    public void Begin()
    {
        Reset();
        Array.Clear(_newest);
    }

    /// <summary>Reads all again that is still pending.</summary>
    public void Reset()
    {
        _events.Clear();
        CountAll();
        Array.Clear(_readUpTo);
        MayHaveMore = true;
    }

    /// <summary>Whether all of the lane's partitions were read up to a position.</summary>
    public bool HasRead(IReadOnlyList<int> partitions, long position)
    {
        for (int i = 0; i < partitions.Count && MayHaveMore; i++)
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
            CountAll();
        }
    }

    /// <summary>Counts again what is left after a removal.</summary>
    private void CountAll()
    {
        _taken = null;
        Bytes = 0;
        IsOfOneApplication = true;
        Note(CollectionsMarshal.AsSpan(_events));
    }

    /// <summary>Counts events that were added, or all.</summary>
    private void Note(ReadOnlySpan<OutboxEvent> added)
    {
        long bytes = 0;
        bool isOfOneApplication = IsOfOneApplication;
        string? appKey = _events.Count > 0 ? _events[0].AppKey : null;
        foreach (ref readonly OutboxEvent one in added)
        {
            bytes += one.Json.Length;
            isOfOneApplication &= ReferenceEquals(one.AppKey, appKey) || one.AppKey == appKey;
        }

        Bytes += bytes;
        IsOfOneApplication = isOfOneApplication;
    }
}
