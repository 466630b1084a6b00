namespace TypedEvents;

/// <summary>A time in which one event at a time is tried.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Since">When the circuit opened, by the calendar.</param>
/// <param name="NextTry">When the next attempt is due, by the loop's clock.</param>
/// <param name="NextAttemptAt">The same by the calendar.</param>
internal sealed record DeliveryPause(CircuitOpenReason Reason, DateTimeOffset Since, TimeSpan NextTry, DateTimeOffset NextAttemptAt);
