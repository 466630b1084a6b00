namespace TypedEvents;

/// <summary>
/// What other threads see of the circuit breakers, whose state belongs to the loop alone: an immutable copy, made when it changes.
/// </summary>
internal sealed class PauseWatch(CircuitBreaker reports, CircuitBreaker registrations, TimeProvider clock)
{
    private volatile DeliveryPause? _current;
    private long _lastAcceptedTicks;

    /// <summary>The pause; <see langword="null"/>: both circuits are closed.</summary>
    public DeliveryPause? Current => _current;

    /// <summary>When events were last accepted, or <see langword="null"/>.</summary>
    public DateTimeOffset? LastAcceptedAt => Interlocked.Read(ref _lastAcceptedTicks) is > 0 and long ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>Notes that EngageLab accepted events.</summary>
    public void NoteAccepted() => Interlocked.Exchange(ref _lastAcceptedTicks, clock.GetUtcNow().UtcTicks);

    /// <summary>Notes the state of the circuit breakers.</summary>
    /// <param name="now">The time of the step.</param>
    /// <param name="othersDeliver">
    /// Whether another process sends what the outbox has. A circuit that was open when this one lost the claim would stay open until it has it again,
    /// and says nothing of the delivery; only that this process's configuration was rejected is still true.
    /// </param>
    public void Look(TimeSpan now, bool othersDeliver)
    {
        CircuitBreaker? open = Counts(reports) ? reports : Counts(registrations) ? registrations : null;
        DeliveryPause? before = _current;
        if (open is null)
        {
            _current = null;
        }
        else if (before is null || before.Reason != open.Reason || before.NextTry != open.NextTry)
        {
            DateTimeOffset utcNow = clock.GetUtcNow();
            _current = new DeliveryPause(open.Reason!.Value, before?.Since ?? utcNow, open.NextTry, utcNow + (open.NextTry - now));
        }

        bool Counts(CircuitBreaker circuit) => !circuit.IsClosed && (!othersDeliver || circuit.Reason == CircuitOpenReason.Configuration);
    }
}
