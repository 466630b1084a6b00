namespace TypedEvents.Outbox.Sqlite;

/// <summary>Where an event is, as the file says it.</summary>
internal enum EventState
{
    /// <summary>Pending.</summary>
    Waiting = 0,

    /// <summary>Pending, and not read, for its name is held.</summary>
    Held = 1,

    /// <summary>A dead letter, with its reason.</summary>
    DeadLetter = 2,
}
