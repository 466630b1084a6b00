namespace TypedEvents;

/// <summary>What came of a plan when its events were read.</summary>
internal enum PlanOutcome
{
    /// <summary>They are sent.</summary>
    Ready,

    /// <summary>There is no such event any more.</summary>
    Gone,

    /// <summary>It can't be sent yet: its user has to be registered, or it is being settled.</summary>
    NotYet,

    /// <summary>Its lane has a request in flight, or waits after a failure.</summary>
    LaneBusy,
}
