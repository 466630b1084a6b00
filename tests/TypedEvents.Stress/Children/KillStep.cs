namespace TypedEvents.Stress;

/// <summary>The step between tracking and settling an event at which a process kills itself.</summary>
internal enum KillStep
{
    None,
    BeforeAppend,
    AfterAppend,
    BeforePost,
    AfterPost,
    BeforeSettle,
    AfterSettle,
}
