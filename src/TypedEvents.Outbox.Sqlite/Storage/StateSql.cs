namespace TypedEvents.Outbox.Sqlite;

/// <summary>
/// Conditions on the column "state" for the statements: a partial index is used only where the condition is spelled as in its definition.
/// </summary>
internal static class StateSql
{
    public const string Waiting = "0";
    public const string Held = "1";
    public const string DeadLetter = "2";

    /// <summary>Of the index "waiting".</summary>
    public const string IsWaiting = "state = " + Waiting;

    /// <summary>Of the index "held".</summary>
    public const string IsHeld = "state = " + Held;

    /// <summary>Held or a dead letter: of the index "aside".</summary>
    public const string IsAside = "state <> " + Waiting;

    public const string IsPending = "state <> " + DeadLetter;

    /// <summary>In a form that lets SQLite use the index "aside".</summary>
    public const string IsDeadLetter = IsAside + " AND state = " + DeadLetter;

    /// <summary>No state at all: one bit of it has changed.</summary>
    public const string IsImpossible = "state NOT IN (" + Waiting + ", " + Held + ", " + DeadLetter + ")";
}
