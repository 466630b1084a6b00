namespace TypedEvents;

/// <summary>A lane with its events: what is read ahead, and the request that is in flight.</summary>
internal sealed class EventLane
{
    private readonly HashSet<long> _bypassed = [];

    /// <summary>What the rules know of it.</summary>
    public LaneState State { get; } = new();

    public ReadAheadQueue Queue { get; } = new();

    /// <summary>Those of the claim's partitions that are its.</summary>
    public IReadOnlyList<int> Partitions { get; set; } = [];

    public ReportRequest? InFlight { get; set; }

    /// <summary>Whether its last request retried a quarantined event: then a batch is next.</summary>
    public bool HasRetriedQuarantined { get; set; }

    /// <summary>Whether what is read ahead is out of date.</summary>
    public bool IsRewindDue { get; set; }

    private readonly Dictionary<int, long> _rewinds = [];

    /// <summary>When its partitions were last searched for events over the age limit.</summary>
    public TimeSpan? ExpiredAt { get; set; }

    /// <summary>Of the quarantined events that are due, the one that was sent longest ago.</summary>
    public QuarantinedEvent? DueQuarantined(long accepted, TimeSpan now)
    {
        QuarantinedEvent? due = null;
        foreach (QuarantinedEvent quarantined in State.Quarantined.Values)
        {
            if (quarantined.IsDue(accepted, now) && (due is null || quarantined.LastTried < due.LastTried))
            {
                due = quarantined;
            }
        }

        return due;
    }

    /// <summary>Whether nothing of it up to a position can be sent now: what remains is quarantined.</summary>
    public bool IsIdle(long last, long accepted, TimeSpan now)
    {
        if (HasRewinds || !Queue.HasRead(Partitions, last) || Queue.Holds(last)
            || (InFlight is not null && Array.Exists(InFlight.Events, sent => sent.Position <= last)))
        {
            return false;
        }

        foreach (QuarantinedEvent quarantined in State.Quarantined.Values)
        {
            if (quarantined.Item.Id <= last && quarantined.IsDue(accepted, now))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Its next events, at most so many, of one application and within a limit of bytes but for the first.</summary>
    public OutboxEvent[] Next(int maxEvents, int maxBytes)
    {
        List<OutboxEvent> events = Queue.Events;
        int count = 0;
        for (long bytes = 0; count < Math.Min(events.Count, maxEvents); count++)
        {
            bytes += events[count].Json.Length;
            if (count > 0 && (bytes > maxBytes || events[count].AppKey != events[0].AppKey))
            {
                break;
            }
        }

        var next = new OutboxEvent[count];
        events.CopyTo(0, next, 0, count);
        return next;
    }

    /// <summary>
    /// The event that is sent in place of one that fails alone: the first of another user that wasn't yet tried so, or else the
    /// next one behind, which then bypasses the head.
    /// </summary>
    public OutboxEvent? NextBypass()
    {
        long stuck = EventUser.KeyOf(Queue.Events[0]);
        for (int i = 1; i < Queue.Events.Count; i++)
        {
            long user = EventUser.KeyOf(Queue.Events[i]);
            if (user != stuck && _bypassed.Add(user))
            {
                return Queue.Events[i];
            }
        }

        return Queue.Events.Count > 1 ? Queue.Events[1] : null;
    }

    /// <summary>Has a partition read again from a position on, as soon as no request is in flight.</summary>
    public void RewindBefore(int partition, long position) =>
        _rewinds[partition] = Math.Min(position, _rewinds.GetValueOrDefault(partition, long.MaxValue));

    /// <summary>Brings what is read ahead up to date.</summary>
    public void Rewind()
    {
        if (IsRewindDue)
        {
            Queue.Reset();
        }

        foreach ((int partition, long position) in _rewinds)
        {
            Queue.Rewind(partition, position);
        }

        IsRewindDue = false;
        _rewinds.Clear();
    }

    public bool HasRewinds => IsRewindDue || _rewinds.Count > 0;

    public void ForgetBypassed() => _bypassed.Clear();
}
