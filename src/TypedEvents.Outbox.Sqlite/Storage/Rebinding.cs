namespace TypedEvents.Outbox.Sqlite;

/// <summary>Whether a tracker with another target may have the file, as the file says it. The first that is bound ends it.</summary>
internal enum Rebinding
{
    /// <summary>No: a process may be using it, or it has events.</summary>
    No = 0,

    /// <summary>If it still has no events: nobody had it open any more.</summary>
    IfEmpty = 1,

    /// <summary>Yes: somebody has asked for it.</summary>
    Always = 2,
}
