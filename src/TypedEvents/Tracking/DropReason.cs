namespace TypedEvents;

/// <summary>Why a tracked event isn't in the outbox: the members of <see cref="DroppedEvents"/>.</summary>
internal enum DropReason
{
    BufferFull,
    TooLarge,
    Invalid,
    Filtered,
    Closed,
    Cancelled,
    AtShutdown,
}
