namespace TypedEvents;

/// <summary>What is sent next, before it is read: the reader makes a request of it.</summary>
internal abstract record SendPlan
{
    /// <summary>The name of the plan: printing what it has would be code of its own for each.</summary>
    public sealed override string ToString() => GetType().Name;

    /// <summary>The next events of a lane, up to a number.</summary>
    internal sealed record Batch(LaneState Lane, int MaxEvents) : SendPlan;

    /// <summary>All that some lanes have, in one request.</summary>
    internal sealed record CombinedBatch(LaneState[] Lanes) : SendPlan
    {
        public bool Equals(CombinedBatch? other) => other is not null && Lanes.AsSpan().SequenceEqual(other.Lanes);

        public override int GetHashCode() => Lanes.Length;
    }

    /// <summary>An event behind the one at the head of a lane, which fails alone.</summary>
    internal sealed record BypassHead(LaneState Lane) : SendPlan;

    /// <summary>A quarantined event, alone.</summary>
    internal sealed record RetryQuarantined(LaneState Lane, QuarantinedEvent Event) : SendPlan;

    /// <summary>An event of a name on hold, alone.</summary>
    internal sealed record ProbeHeldName(HeldName Name) : SendPlan;

    /// <summary>An event picked at random, alone.</summary>
    /// <param name="KeepsOrder">Whether the first event of its user is sent in its place.</param>
    internal sealed record ProbeRandom(bool KeepsOrder) : SendPlan;
}
