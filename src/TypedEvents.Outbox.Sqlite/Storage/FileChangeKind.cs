namespace TypedEvents.Outbox.Sqlite;

/// <summary>What has become of the name of an open file.</summary>
internal enum FileChangeKind
{
    /// <summary>Nothing has it: the file, or a folder above it, was deleted or moved.</summary>
    Removed,

    /// <summary>Another file has it.</summary>
    Replaced,

    /// <summary>The file was cut off under the open connections.</summary>
    Truncated,
}
