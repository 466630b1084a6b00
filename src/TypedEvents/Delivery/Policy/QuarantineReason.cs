namespace TypedEvents;

/// <summary>Why an event is quarantined.</summary>
internal enum QuarantineReason
{
    /// <summary>It was rejected alone.</summary>
    Rejected,

    /// <summary>It failed alone, again after others were accepted.</summary>
    Failed,
}
