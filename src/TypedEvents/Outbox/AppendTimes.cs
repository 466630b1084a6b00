namespace TypedEvents;

/// <summary>
/// When the events of a memory outbox came, to a tenth of a second: a mark for a run of positions instead of a time for each. Where an
/// event stays for so long that there would be very many marks, they become coarser instead.
/// </summary>
internal sealed class AppendTimes
{
    private const int MaxMarks = 8 * 1024;

    private static readonly TimeSpan FinestGrain = TimeSpan.FromMilliseconds(100);

    private readonly List<Mark> _marks = [];
    private TimeSpan _grain = FinestGrain;

    /// <summary>How many marks are kept.</summary>
    public int Count => _marks.Count;

    /// <summary>Notes that the event at a position comes now; positions rise.</summary>
    public void Note(long position, DateTimeOffset now)
    {
        if (_marks.Count > 0 && !IsApart(now, _marks[^1].Time))
        {
            return;
        }

        _marks.Add(new Mark(position, now));
        while (_marks.Count > MaxMarks)
        {
            _grain *= 2;
            Coarsen();
        }
    }

    /// <summary>When an event came, or a little before.</summary>
    public DateTimeOffset Of(long position) => _marks[MarkOf(position)].Time;

    /// <summary>Whether an event has been there for longer than a limit: never said too early.</summary>
    public bool IsOlder(long position, TimeSpan maxAge, DateTimeOffset now) => IsOlder(Of(position), maxAge, now);

    /// <summary>Whether any event may have been there for longer than a limit.</summary>
    public bool HasOlder(TimeSpan maxAge, DateTimeOffset now)
    {
        foreach (Mark mark in _marks)
        {
            if (IsOlder(mark.Time, maxAge, now))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Forgets what concerns no position from this one on.</summary>
    public void ForgetBefore(long position)
    {
        if (_marks.Count > 1 && MarkOf(position) is > 0 and int first)
        {
            _marks.RemoveRange(0, first);
            _grain = _marks.Count == 1 ? FinestGrain : _grain;
        }
    }

    /// <summary>An event may have come later than its mark says: by a grain, and by those before it where marks were left out.</summary>
    private bool IsOlder(DateTimeOffset noted, TimeSpan maxAge, DateTimeOffset now) =>
        now - noted - (_grain == FinestGrain ? _grain : 2 * _grain) > maxAge;

    private bool IsApart(DateTimeOffset one, DateTimeOffset other) => (one - other).Duration() >= _grain;

    /// <summary>Leaves out the marks that are less than the grain away from the one that is kept before them.</summary>
    private void Coarsen()
    {
        int kept = 1;
        for (int i = 1; i < _marks.Count; i++)
        {
            if (IsApart(_marks[i].Time, _marks[kept - 1].Time))
            {
                _marks[kept++] = _marks[i];
            }
        }

        _marks.RemoveRange(kept, _marks.Count - kept);
    }

    private int MarkOf(long position)
    {
        int low = 0;
        int high = _marks.Count;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            if (_marks[middle].FirstPosition <= position)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private readonly struct Mark(long firstPosition, DateTimeOffset time)
    {
        public long FirstPosition => firstPosition;

        public DateTimeOffset Time => time;
    }
}
