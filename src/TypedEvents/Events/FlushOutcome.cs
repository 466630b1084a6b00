namespace TypedEvents;

/// <summary>The reason why a flush or a stop ended.</summary>
public enum FlushOutcome
{
    /// <summary>Every event that was tracked before is settled: delivered, or a dead letter.</summary>
    Settled,

    /// <summary>
    /// The remaining events can't be settled now: the circuit is open, because consecutive requests failed, every event is rejected or the
    /// configuration is wrong; or the remaining events are quarantined, or their users aren't registered yet.
    /// <see cref="FlushResult.Problem"/> says what to check. The events stay in the outbox.
    /// </summary>
    Blocked,

    /// <summary>The timeout expired. The remaining events stay in the outbox.</summary>
    TimedOut,
}
