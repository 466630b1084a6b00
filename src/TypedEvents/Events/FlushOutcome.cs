namespace TypedEvents;

/// <summary>Why a flush returned.</summary>
public enum FlushOutcome
{
    /// <summary>All that was tracked before is settled: delivered, or refused and kept aside.</summary>
    Settled,

    /// <summary>What remains can't be settled now, for a reason that waiting doesn't mend, such as a wrong key. It is still kept.</summary>
    Blocked,

    /// <summary>The time was up. What remains is still kept.</summary>
    TimedOut,
}
