namespace TypedEvents.Outbox.Sqlite;

/// <summary>What happened to an open file.</summary>
internal enum FileChangeKind
{
    /// <summary>The file, or a folder above it, was deleted or moved: its path refers to nothing.</summary>
    Removed,

    /// <summary>The path refers to another file.</summary>
    Replaced,

    /// <summary>The file was truncated while connections had it open.</summary>
    Truncated,
}
