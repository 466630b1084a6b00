namespace TypedEvents;

/// <summary>Where a user is who has to be registered.</summary>
internal enum RegistrationState
{
    /// <summary>The outbox may know its EUID from before, and has to be asked.</summary>
    LookupPending,

    /// <summary>It is among the next ones that EngageLab is asked for, or in the request that is in flight.</summary>
    Queued,

    /// <summary>Its registration was rejected, or failed, alone: it is tried again, alone.</summary>
    Quarantined,

    /// <summary>EngageLab left it out of a response, as in a partial success: it is asked for again with others.</summary>
    Omitted,

    /// <summary>Nobody waits for it any more: its EUID is known, or it has none.</summary>
    Done,
}
