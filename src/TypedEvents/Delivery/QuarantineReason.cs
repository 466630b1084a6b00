namespace TypedEvents;

/// <summary>Why an event stepped aside.</summary>
internal enum QuarantineReason
{
    /// <summary>It was refused alone.</summary>
    Rejected,

    /// <summary>It failed alone, again after others were accepted.</summary>
    Failed,
}
