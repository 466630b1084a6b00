namespace TypedEvents;

/// <summary>When the events of a memory outbox came, to a tenth of a second: a mark for a run of positions instead of a time for each.</summary>
internal sealed class AppendTimes
{
    private static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(100);

    private readonly List<(long FirstPosition, DateTimeOffset Time)> _marks = [];

    /// <summary>Notes that the event at a position comes now; positions rise.</summary>
    public void Note(long position, DateTimeOffset now)
    {
        if (_marks.Count == 0 || (now - _marks[^1].Time).Duration() >= Grain)
        {
            _marks.Add((position, now));
        }
    }

    public DateTimeOffset Of(long position) => _marks[MarkOf(position)].Time;

    /// <summary>Whether an event has been there for longer than a limit: never said too early.</summary>
    public bool IsOlder(long position, TimeSpan maxAge, DateTimeOffset now) => now - Of(position) - Grain > maxAge;

    /// <summary>Forgets what concerns no position from this one on.</summary>
    public void ForgetBefore(long position)
    {
        if (_marks.Count > 1 && MarkOf(position) is > 0 and int first)
        {
            _marks.RemoveRange(0, first);
        }
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
}
