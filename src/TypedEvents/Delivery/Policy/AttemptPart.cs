namespace TypedEvents;

/// <summary>What a lane has in a request.</summary>
internal readonly record struct AttemptPart(LaneState Lane, int Count);
