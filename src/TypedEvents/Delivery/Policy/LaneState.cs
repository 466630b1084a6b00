namespace TypedEvents;

/// <summary>
/// The state of a part of the partitions with one request in flight. It narrows down what is at fault in a request: a range of
/// items that are known to hold a bad one is bisected until that one is alone. <see cref="DeliveryPolicy"/> alone changes it.
/// </summary>
internal sealed class LaneState(int index)
{
    private const int NoBound = int.MaxValue;

    private readonly SortedDictionary<long, QuarantinedEvent> _quarantined = [];
    private readonly Dictionary<long, FirstFailure> _firstFailures = [];

    /// <summary>Which of the policy's lanes it is, from 0 on.</summary>
    public int Index => index;

    /// <summary>How many of the next items are known to hold a bad one; 0 while none is known.</summary>
    public int BisectionRange { get; private set; }

    /// <summary>The most items that the next batch outside a bisection may have.</summary>
    public int RampUpLimit { get; private set; } = NoBound;

    /// <summary>Items accepted since the last quarantine; unbounded where none was ever quarantined.</summary>
    public int AcceptedSinceQuarantine { get; private set; } = NoBound;

    /// <summary>Consecutive failures.</summary>
    public int ConsecutiveFailures { get; private set; }

    /// <summary>When the next try is made after a failure.</summary>
    public TimeSpan WaitUntil { get; private set; }

    /// <summary>Whether its requests are sent alone until one is accepted.</summary>
    public bool MustSendAlone { get; private set; }

    /// <summary>The quarantined events, by position.</summary>
    public IReadOnlyDictionary<long, QuarantinedEvent> Quarantined => _quarantined;

    /// <summary>The items that failed alone once, by position.</summary>
    public IReadOnlyDictionary<long, FirstFailure> FirstFailures => _firstFailures;

    /// <summary>Whether nothing is held against any item.</summary>
    public bool IsBlank => _quarantined.Count == 0 && _firstFailures.Count == 0;

    /// <summary>Whether this time something behind an item that fails alone is sent.</summary>
    public bool IsBypassDue => ConsecutiveFailures % 4 == 3;

    /// <summary>How many items the next try has at most.</summary>
    public int NextCount(int limit) => Math.Min(limit, BisectionRange > 0 ? Math.Max(1, BisectionRange / 2) : RampUpLimit);

    /// <summary>Whether nothing is known against its items, so that they may share a batch with those of other lanes.</summary>
    public bool CanShareBatch(int limit) => BisectionRange == 0 && ConsecutiveFailures == 0 && !MustSendAlone && RampUpLimit >= limit;

    /// <summary>Of the quarantined events that are due, the one that was sent longest ago.</summary>
    public QuarantinedEvent? DueQuarantined(long accepted, TimeSpan now)
    {
        QuarantinedEvent? due = null;
        foreach (QuarantinedEvent quarantined in _quarantined.Values)
        {
            if (quarantined.IsDue(accepted, now) && (due is null || quarantined.LastTried < due.LastTried))
            {
                due = quarantined;
            }
        }

        return due;
    }

    /// <summary>Whether a quarantined event up to a position is due.</summary>
    public bool IsQuarantinedDue(long last, long accepted, TimeSpan now)
    {
        foreach (QuarantinedEvent quarantined in _quarantined.Values)
        {
            if (quarantined.Item.Id <= last && quarantined.IsDue(accepted, now))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What it waits for after a failure has passed.</summary>
    public void EndWait(TimeSpan now) => WaitUntil = WaitUntil < now ? WaitUntil : now;

    public void NoteFailure(TimeSpan waitUntil)
    {
        ConsecutiveFailures++;
        WaitUntil = waitUntil;
    }

    /// <summary>The server works as far as this lane is concerned, whatever it says of the items.</summary>
    public void EndFailures() => ConsecutiveFailures = 0;

    public void NoteAccepted(int count)
    {
        BisectionRange = Math.Max(0, BisectionRange - count);
        RampUpLimit = Double(RampUpLimit);
        AcceptedSinceQuarantine = AcceptedSinceQuarantine > NoBound - count ? NoBound : AcceptedSinceQuarantine + count;
    }

    public void Bisect(int count) => BisectionRange = count;

    public void SendAloneUntilAccepted() => MustSendAlone = true;

    public void ShareBatches() => MustSendAlone = false;

    public void NoteFirstFailure(long id, long accepted) => _firstFailures.Add(id, new FirstFailure(accepted));

    /// <summary>Takes an item out of the order, and begins again behind it.</summary>
    public void Quarantine(QuarantinedEvent quarantined)
    {
        AddQuarantined(quarantined);
        _firstFailures.Remove(quarantined.Item.Id);
        BisectionRange = 0;
        RampUpLimit = Math.Max(1, Double(AcceptedSinceQuarantine));
        AcceptedSinceQuarantine = 0;
    }

    /// <summary>Adds an item that wasn't among the next ones.</summary>
    public void AddQuarantined(QuarantinedEvent quarantined) => _quarantined[quarantined.Item.Id] = quarantined;

    /// <summary>Nothing is held against an item any more.</summary>
    public void Clear(long id)
    {
        _quarantined.Remove(id);
        _firstFailures.Remove(id);
    }

    /// <summary>Nothing is held against any item any more.</summary>
    public void ClearAll()
    {
        _quarantined.Clear();
        _firstFailures.Clear();
    }

    public void ForgetQuarantined(string name)
    {
        foreach (QuarantinedEvent quarantined in new List<QuarantinedEvent>(_quarantined.Values))
        {
            if (quarantined.Item.Name == name)
            {
                _quarantined.Remove(quarantined.Item.Id);
            }
        }
    }

    private static int Double(int count) => count > NoBound / 2 ? NoBound : count * 2;
}
