namespace TypedEvents.Outbox.Sqlite;

/// <summary>What <see cref="SqliteOutbox.SalvageAsync"/> read of a damaged outbox, and what it couldn't.</summary>
public sealed record SalvageResult
{
    /// <summary>The full path of the new outbox. Open it with a tracker to send its events.</summary>
    public required string FilePath { get; init; }

    /// <summary>How many pending events it has, held ones included.</summary>
    public required long PendingEvents { get; init; }

    /// <summary>How many dead letters it has.</summary>
    public required long DeadLetters { get; init; }

    /// <summary>How many registered users it has.</summary>
    public required long Users { get; init; }

    /// <summary>How many names of events it holds.</summary>
    public required long HeldNames { get; init; }

    /// <summary>
    /// How many events the damaged outbox had by its own counters that weren't found; <see langword="null"/> where the counters
    /// couldn't be read.
    /// </summary>
    public required long? MissingEvents { get; init; }

    /// <summary>How many rows were found of which a part couldn't be read, such as an event whose JSON goes on in a damaged page. They are left out.</summary>
    public required long DamagedRows { get; init; }

    /// <summary>The pages of the database, from 1 on, whose content makes no sense.</summary>
    public required IReadOnlyList<long> DamagedPages { get; init; }

    /// <summary>How many frames of the write-ahead log were read that follow a damaged one, which SQLite doesn't read.</summary>
    public required int LogFramesBehindDamage { get; init; }

    /// <summary>
    /// Whether events may be among them that were settled before: the list of free pages, or a part of the log, couldn't be read. They
    /// would be sent again, with the <c>random_id</c> that they had.
    /// </summary>
    public required bool MayContainSettledEvents { get; init; }
}
