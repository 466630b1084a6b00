namespace TypedEvents;

/// <summary>Why a tracked event never reached the outbox: one for each member of <see cref="DroppedEvents"/>.</summary>
internal enum DropReason
{
    BufferFull,
    TooLarge,
    Invalid,
    Filtered,
    Closed,
    Cancelled,
    OutboxUnusable,
    AtShutdown,
    Disabled,
    NoUser,
}
