namespace TypedEvents;

/// <summary>What a lane has in a request.</summary>
internal readonly struct AttemptPart(LaneState lane, int count)
{
    public LaneState Lane => lane;

    public int Count => count;

    public void Deconstruct(out LaneState itsLane, out int itsCount) => (itsLane, itsCount) = (lane, count);
}
