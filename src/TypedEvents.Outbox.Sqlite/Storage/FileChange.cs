namespace TypedEvents.Outbox.Sqlite;

/// <summary>A change to a file that the outbox has open.</summary>
/// <param name="Path">The path by which the file was opened.</param>
/// <param name="Kind">What happened to the file.</param>
internal readonly record struct FileChange(string Path, FileChangeKind Kind);
