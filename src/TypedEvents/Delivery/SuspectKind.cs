namespace TypedEvents;

/// <summary>Why an event stepped aside.</summary>
internal enum SuspectKind
{
    /// <summary>It was refused alone.</summary>
    Refused,

    /// <summary>It failed alone, again after others were accepted.</summary>
    Failed,
}
