namespace TypedEvents;

/// <summary>Why a flush returned.</summary>
public enum FlushOutcome
{
    /// <summary>All that was tracked before is settled: delivered, or a dead letter.</summary>
    Settled,

    /// <summary>
    /// What remains can't be settled now: only one event at a time is tried, because requests fail one after the other, everything is
    /// rejected or the configuration is wrong; or only events are left that are quarantined or whose user is not registered yet.
    /// <see cref="FlushResult.Problem"/> says what to check. It is still kept.
    /// </summary>
    Blocked,

    /// <summary>The time was up. What remains is still kept.</summary>
    TimedOut,
}
