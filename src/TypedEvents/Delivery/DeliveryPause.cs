namespace TypedEvents;

/// <summary>A time in which one event at a time is tried.</summary>
/// <param name="reason">Why.</param>
/// <param name="since">When the circuit opened, by the calendar.</param>
/// <param name="nextTry">When the next attempt is due, by the loop's clock.</param>
/// <param name="nextAttemptAt">The same by the calendar.</param>
internal sealed class DeliveryPause(CircuitOpenReason reason, DateTimeOffset since, TimeSpan nextTry, DateTimeOffset nextAttemptAt)
{
    public CircuitOpenReason Reason => reason;

    public DateTimeOffset Since => since;

    public TimeSpan NextTry => nextTry;

    public DateTimeOffset NextAttemptAt => nextAttemptAt;
}
