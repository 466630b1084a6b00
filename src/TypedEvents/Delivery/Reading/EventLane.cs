namespace TypedEvents;

/// <summary>A lane with its events: what is read ahead, and what has to be read again.</summary>
internal sealed class EventLane(LaneState state)
{
    private readonly HashSet<long> _bypassed = [];
    private readonly PartitionMarks _rewinds = new();

    /// <summary>The first positions that reading went past although nobody knows whether the events' users are registered.</summary>
    private readonly PartitionMarks _passed = new();

    private bool _isRewindDue;

    /// <summary>What the rules know of it.</summary>
    public LaneState State => state;

    public ReadAheadQueue Queue { get; } = new();

    /// <summary>Those of the claim's partitions that are its.</summary>
    public IReadOnlyList<int> Partitions { get; private set; } = [];

    /// <summary>When its partitions were last searched for events over the age limit.</summary>
    public TimeSpan? ExpiredAt { get; private set; }

    public bool HasRewinds => _isRewindDue || !_rewinds.IsEmpty;

    /// <summary>Begins over, with other partitions.</summary>
    public void Begin(IReadOnlyList<int> partitions)
    {
        Queue.Begin();
        _passed.Clear();
        Partitions = partitions;
    }

    /// <summary>Whether nothing of it up to a position can be sent now: what remains is quarantined, or in flight.</summary>
    public bool IsIdle(long last, long accepted, TimeSpan now) =>
        !HasRewinds && Queue.HasRead(Partitions, last) && !Queue.Holds(last) && !state.IsQuarantinedDue(last, accepted, now);

    /// <summary>
    /// The event that is sent in place of one that fails alone: the first of another user that wasn't yet tried so, or else the
    /// next one behind, which then bypasses the head. There is one behind it.
    /// </summary>
    public OutboxEvent NextBypass()
    {
        IReadOnlyList<OutboxEvent> events = Queue.Events;
        int stuck = EventUser.KeyOf(events[0]);
        for (int i = 1; i < events.Count; i++)
        {
            int user = EventUser.KeyOf(events[i]);
            if (user != stuck && _bypassed.Add(user))
            {
                return events[i];
            }
        }

        return events[1];
    }

    /// <summary>Something of it was settled: every other user may be sent before an event that fails alone again.</summary>
    public void ForgetBypassed() => _bypassed.Clear();

    /// <summary>Has all that is pending read again, as soon as no request is in flight.</summary>
    public void RewindAll() => _isRewindDue = true;

    /// <summary>Has a partition read again from a position on, as soon as no request is in flight.</summary>
    public void RewindBefore(int partition, long position) => _rewinds.Note(partition, position);

    /// <summary>
    /// Has a partition read again from a position on, or from an event on that was passed, if there is one before it: that may be of the
    /// same user.
    /// </summary>
    public void RewindBeforePassed(int partition, long position)
    {
        RewindBefore(partition, Math.Min(position, _passed[partition] ?? position));
        _passed.Remove(partition);
    }

    /// <summary>Notes that an event isn't among those that wait for their users: there is no room for its user.</summary>
    public void NotePassed(int partition, long position) => _passed.Note(partition, position);

    /// <summary>Whether an event up to a position was passed.</summary>
    public bool HasPassed(long last) => _passed.HasUpTo(last);

    /// <summary>Has the events read again that were passed: there is room for their users.</summary>
    public void RewindPassed()
    {
        if (_passed.IsEmpty)
        {
            return;
        }

        for (int partition = 0; partition < Partition.Count; partition++)
        {
            if (_passed[partition] is { } passed)
            {
                RewindBeforePassed(partition, passed);
            }
        }
    }

    /// <summary>Notes that its partitions are searched for events over the age limit, which are then read no more.</summary>
    public void NoteExpired(TimeSpan now)
    {
        ExpiredAt = now;
        RewindAll();
    }

    /// <summary>Brings what is read ahead up to date.</summary>
    public void Rewind()
    {
        if (_isRewindDue)
        {
            Queue.Reset();
            _passed.Clear();
            _isRewindDue = false;
        }

        if (_rewinds.IsEmpty)
        {
            return;
        }

        for (int partition = 0; partition < Partition.Count; partition++)
        {
            if (_rewinds[partition] is { } position)
            {
                Queue.Rewind(partition, position);
            }
        }

        _rewinds.Clear();
    }
}
