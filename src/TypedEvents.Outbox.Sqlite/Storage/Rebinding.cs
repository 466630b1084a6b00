using System.Globalization;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>Whether a tracker with another target may bind the file, as stored in the file. Binding resets it.</summary>
internal enum Rebinding
{
    /// <summary>No: a salvage couldn't recover the file's target, so the right one isn't known.</summary>
    Lost = -1,

    /// <summary>No: a process may be using the file, or it contains events.</summary>
    No = 0,

    /// <summary>Yes, if the file still contains no events: no process had it open when this was set.</summary>
    IfEmpty = 1,

    /// <summary>Yes: <see cref="SqliteOutbox.ForgetTarget"/> was called.</summary>
    Always = 2,
}

internal static class RebindingSql
{
    /// <summary>The value in SQL, whatever minus sign the host's culture writes.</summary>
    public static string ToSql(this Rebinding rebinding) => ((int)rebinding).ToString(CultureInfo.InvariantCulture);
}
