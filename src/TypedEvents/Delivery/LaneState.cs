namespace TypedEvents;

/// <summary>
/// The state of a part of the partitions with one request in flight. It narrows down what is at fault in a request: a window of
/// items that are known to hold a bad one is halved until that one is alone.
/// </summary>
internal sealed class LaneState
{
    private const int NoBound = int.MaxValue;

    /// <summary>How many of the next items are known to hold a bad one; 0: none is known.</summary>
    public int BisectionRange { get; set; }

    /// <summary>How many items the next try outside a window has at most.</summary>
    public int RampUpLimit { get; private set; } = NoBound;

    /// <summary>How many items were accepted since the last one stepped aside; unbounded where none ever did.</summary>
    public int AcceptedSinceQuarantine { get; private set; } = NoBound;

    /// <summary>How many tries failed in a row.</summary>
    public int ConsecutiveFailures { get; set; }

    /// <summary>When the next try is made after a failure.</summary>
    public TimeSpan WaitUntil { get; set; }

    /// <summary>Whether it goes alone until it had an acceptance.</summary>
    public bool MustSendAlone { get; set; }

    /// <summary>What stepped aside.</summary>
    public SortedDictionary<long, QuarantinedEvent> Quarantined { get; } = [];

    /// <summary>How many requests had been accepted when an item first failed alone.</summary>
    public Dictionary<long, long> FirstFailures { get; } = [];

    /// <summary>Whether this time something behind an item that fails alone is tried.</summary>
    public bool IsBypassDue => ConsecutiveFailures % 4 == 3;

    /// <summary>How many items the next try has at most.</summary>
    public int NextCount(int limit) => Math.Min(limit, BisectionRange > 0 ? Math.Max(1, BisectionRange / 2) : RampUpLimit);

    /// <summary>Whether nothing is known against its items, so that they may share a request with those of others.</summary>
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
