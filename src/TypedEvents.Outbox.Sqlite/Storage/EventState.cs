namespace TypedEvents.Outbox.Sqlite;

/// <summary>The state of an event, as stored in the file.</summary>
internal enum EventState
{
    /// <summary>Pending, and read for sending.</summary>
    Waiting = 0,

    /// <summary>Pending, but not read for sending, because its name is on hold.</summary>
    Held = 1,

    /// <summary>A dead letter, with its reason.</summary>
    DeadLetter = 2,
}
