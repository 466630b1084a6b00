namespace TypedEvents;

/// <summary>What the planner sees of a lane.</summary>
internal readonly struct LaneView(LaneState state)
{
    public LaneState State => state;

    /// <summary>Whether it has a request in flight.</summary>
    public bool IsBusy { get; init; }

    /// <summary>Whether the claim has partitions of it.</summary>
    public bool IsClaimed { get; init; }

    /// <summary>How many of its events are read ahead.</summary>
    public int Count { get; init; }

    /// <summary>Their size together.</summary>
    public long Bytes { get; init; }

    /// <summary>Whether the outbox may have more behind them.</summary>
    public bool MayHaveMore { get; init; }

    /// <summary>When the first of them was read.</summary>
    public TimeSpan Since { get; init; }

    /// <summary>The position of the first of them.</summary>
    public long HeadPosition { get; init; }

    /// <summary>The application of the first of them.</summary>
    public string? AppKey { get; init; }

    /// <summary>Whether they are all of that application.</summary>
    public bool IsOfOneApplication { get; init; }

    /// <summary>Whether something of it can be sent now.</summary>
    public bool IsFree(TimeSpan now) => !IsBusy && now >= state.WaitUntil;
}
