namespace TypedEvents;

/// <summary>
/// The state of a part of the partitions with one request in flight. It narrows down what is at fault in a request: a range of
/// items that are known to hold a bad one is bisected until that one is alone.
/// </summary>
internal sealed class LaneState
{
    private const int NoBound = int.MaxValue;

    /// <summary>How many of the next items are known to hold a bad one; 0 while none is known.</summary>
    public int BisectionRange { get; set; }

    /// <summary>The most items that the next batch outside a bisection may have.</summary>
    public int RampUpLimit { get; private set; } = NoBound;

    /// <summary>Items accepted since the last quarantine; unbounded where none was ever quarantined.</summary>
    public int AcceptedSinceQuarantine { get; private set; } = NoBound;

    /// <summary>Consecutive failures.</summary>
    public int ConsecutiveFailures { get; set; }

    /// <summary>When the next try is made after a failure.</summary>
    public TimeSpan WaitUntil { get; set; }

    /// <summary>Whether its requests are sent alone until one is accepted.</summary>
    public bool MustSendAlone { get; set; }

    /// <summary>The quarantined events, by position.</summary>
    public SortedDictionary<long, QuarantinedEvent> Quarantined { get; } = [];

    /// <summary>How many requests had been accepted when an item first failed alone.</summary>
    public Dictionary<long, long> FirstFailures { get; } = [];

    /// <summary>Whether this time something behind an item that fails alone is sent.</summary>
    public bool IsBypassDue => ConsecutiveFailures % 4 == 3;

    /// <summary>How many items the next try has at most.</summary>
    public int NextCount(int limit) => Math.Min(limit, BisectionRange > 0 ? Math.Max(1, BisectionRange / 2) : RampUpLimit);

    /// <summary>Whether nothing is known against its items, so that they may share a batch with those of other lanes.</summary>
    public bool CanShareBatch(int limit) => BisectionRange == 0 && ConsecutiveFailures == 0 && !MustSendAlone && RampUpLimit >= limit;

    /// <summary>What it waits for after a failure has passed.</summary>
    public void EndWait(TimeSpan now) => WaitUntil = WaitUntil < now ? WaitUntil : now;

    public void NoteAccepted(int count)
    {
        BisectionRange = Math.Max(0, BisectionRange - count);
        RampUpLimit = Double(RampUpLimit);
        AcceptedSinceQuarantine = AcceptedSinceQuarantine > NoBound - count ? NoBound : AcceptedSinceQuarantine + count;
    }

    public void Quarantine(QuarantinedEvent quarantined)
    {
        Quarantined[quarantined.Item.Id] = quarantined;
        FirstFailures.Remove(quarantined.Item.Id);
        BisectionRange = 0;
        RampUpLimit = Math.Max(1, Double(AcceptedSinceQuarantine));
        AcceptedSinceQuarantine = 0;
    }

    public void ForgetQuarantined(string name)
    {
        QuarantinedEvent[] quarantinedEvents = [.. Quarantined.Values];
        foreach (QuarantinedEvent quarantined in quarantinedEvents)
        {
            if (quarantined.Item.Name == name)
            {
                Quarantined.Remove(quarantined.Item.Id);
            }
        }
    }

    private static int Double(int count) => count > NoBound / 2 ? NoBound : count * 2;
}
