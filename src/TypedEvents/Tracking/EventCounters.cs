namespace TypedEvents;

/// <summary>
/// Counts what became of each tracked event: the one place that does. Every member keeps <c>tracked = buffered + appended + dropped</c>;
/// the lock of its owner makes each step atomic.
/// </summary>
internal struct EventCounters()
{
    private readonly long[] _dropped = new long[Enum.GetValues<DropReason>().Length];
    private long _tracked;
    private long _buffered;
    private long _appended;

    /// <summary>A tracked event is in the buffer.</summary>
    public void CountBuffered()
    {
        _tracked++;
        _buffered++;
    }

    /// <summary>A tracked event never came into the buffer.</summary>
    public void CountDropped(DropReason reason)
    {
        _tracked++;
        _dropped[(int)reason]++;
    }

    /// <summary>Buffered events are in the outbox.</summary>
    public void MoveToAppended(int count)
    {
        _buffered -= count;
        _appended += count;
    }

    /// <summary>Buffered events are lost, because the tracker ends before the outbox has accepted them.</summary>
    public void MoveToDroppedAtShutdown(int count)
    {
        _buffered -= count;
        _dropped[(int)DropReason.AtShutdown] += count;
    }

    public readonly void AddTo(BufferStatistics sum)
    {
        sum.Tracked += _tracked;
        sum.Buffered += _buffered;
        sum.Appended += _appended;
        for (int i = 0; i < _dropped.Length; i++)
        {
            sum.Dropped[i] += _dropped[i];
        }
    }
}
