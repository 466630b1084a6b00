namespace TypedEvents.Stress;

/// <summary>A place between the tracking of an event and its settlement at which a process kills itself.</summary>
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
