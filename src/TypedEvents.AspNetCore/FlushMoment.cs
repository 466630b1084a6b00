namespace TypedEvents.AspNetCore;

/// <summary>When the events of a request are delivered.</summary>
public enum FlushMoment
{
    /// <summary>
    /// Before the response is complete, so that a process that is frozen afterwards (AWS Lambda, Cloud Run without CPU between requests) has sent them.
    /// The client waits for that.
    /// </summary>
    BeforeResponse,

    /// <summary>After the response is complete: the client doesn't wait.</summary>
    AfterResponse,
}
