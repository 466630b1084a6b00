namespace TypedEvents.Outbox.Sqlite;

/// <summary>The result of <see cref="SqliteOutbox.SalvageAsync"/>: how much of a damaged outbox was recovered, and how much wasn't.</summary>
public sealed record SalvageResult
{
    /// <summary>The full path of the new outbox. Open it with a tracker to send its events.</summary>
    public required string FilePath { get; init; }

    /// <summary>The number of pending events in the new outbox, including held ones.</summary>
    public required long PendingEvents { get; init; }

    /// <summary>The number of dead letters in the new outbox.</summary>
    public required long DeadLetters { get; init; }

    /// <summary>The number of registered users in the new outbox.</summary>
    public required long Users { get; init; }

    /// <summary>The number of event names that are on hold in the new outbox.</summary>
    public required long HeldNames { get; init; }

    /// <summary>
    /// Whether the address and the project that the events are for could be recovered. If not, the new file rejects every tracker until
    /// <see cref="SqliteOutbox.ForgetTarget"/> is called, because nothing else can tell whose events they are.
    /// </summary>
    public required bool IsTargetKnown { get; init; }

    /// <summary>
    /// The number of events that weren't found, although the damaged outbox's own counters include them; <see langword="null"/> if the
    /// counters couldn't be read.
    /// </summary>
    public required long? MissingEvents { get; init; }

    /// <summary>
    /// The number of rows that could be read only in part, such as an event whose JSON continues on a damaged page. They are left out.
    /// </summary>
    public required long DamagedRows { get; init; }

    /// <summary>The numbers, from 1, of the database pages whose content isn't valid.</summary>
    public required IReadOnlyList<long> DamagedPages { get; init; }

    /// <summary>The number of write-ahead log frames that were recovered from behind a damaged one. SQLite itself doesn't read these.</summary>
    public required int LogFramesBehindDamage { get; init; }

    /// <summary>
    /// Whether the new outbox may contain events that were settled before, because the list of free pages or a part of the log couldn't be
    /// read. They would be sent again, with the same <c>random_id</c>.
    /// </summary>
    public required bool MayContainSettledEvents { get; init; }
}
