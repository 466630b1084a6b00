namespace TypedEvents;

/// <summary>How far an outbox is.</summary>
/// <param name="LastAppended">The position that was given last; 0 where none ever was.</param>
/// <param name="OldestPending">The lowest position that still waits to be delivered and isn't held, or <see langword="null"/>.</param>
/// <param name="OldestHeld">The lowest position whose event's name is held, or <see langword="null"/>.</param>
public readonly record struct OutboxPositions(long LastAppended, long? OldestPending, long? OldestHeld = null);
