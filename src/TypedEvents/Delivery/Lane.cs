namespace TypedEvents;

/// <summary>
/// The state of a part of the partitions with one request in flight. It narrows down what is at fault in a request: a window of
/// items that are known to hold a bad one is halved until that one is alone.
/// </summary>
internal sealed class Lane
{
    private const int NoBound = int.MaxValue;

    /// <summary>How many of the next items are known to hold a bad one; 0: none is known.</summary>
    public int Window { get; set; }

    /// <summary>How many items the next try outside a window has at most.</summary>
    public int Size { get; private set; } = NoBound;

    /// <summary>How many items were accepted since the last one stepped aside; unbounded where none ever did.</summary>
    public int Run { get; private set; } = NoBound;

    /// <summary>How many tries failed in a row.</summary>
    public int Strikes { get; set; }

    /// <summary>When the next try is made after a failure.</summary>
    public TimeSpan WaitUntil { get; set; }

    /// <summary>Whether it goes alone until it had an acceptance.</summary>
    public bool IsSolo { get; set; }

    /// <summary>What stepped aside.</summary>
    public SortedDictionary<long, Suspect> Suspects { get; } = [];

    /// <summary>How many requests had been accepted when an item first failed alone.</summary>
    public Dictionary<long, long> FirstFailures { get; } = [];

    /// <summary>Whether this time something behind an item that fails alone is tried.</summary>
    public bool IsOvertakingDue => Strikes % 4 == 3;

    /// <summary>How many items the next try has at most.</summary>
    public int NextCount(int limit) => Math.Min(limit, Window > 0 ? Math.Max(1, Window / 2) : Size);

    /// <summary>Whether nothing is known against its items, so that they may share a request with those of others.</summary>
    public bool IsCalm(int limit) => Window == 0 && Strikes == 0 && !IsSolo && Size >= limit;

    /// <summary>What it waits for after a failure has passed.</summary>
    public void EndWait(TimeSpan now) => WaitUntil = WaitUntil < now ? WaitUntil : now;

    public void NoteAccepted(int count)
    {
        Window = Math.Max(0, Window - count);
        Size = Double(Size);
        Run = Run > NoBound - count ? NoBound : Run + count;
    }

    public void SetAside(Suspect suspect)
    {
        Suspects[suspect.Item.Id] = suspect;
        FirstFailures.Remove(suspect.Item.Id);
        Window = 0;
        Size = Math.Max(1, Double(Run));
        Run = 0;
    }

    public void ForgetSuspects(string name)
    {
        Suspect[] suspects = [.. Suspects.Values];
        foreach (Suspect suspect in suspects)
        {
            if (suspect.Item.Name == name)
            {
                Suspects.Remove(suspect.Item.Id);
            }
        }
    }

    private static int Double(int count) => count > NoBound / 2 ? NoBound : count * 2;
}
