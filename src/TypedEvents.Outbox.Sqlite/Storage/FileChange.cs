namespace TypedEvents.Outbox.Sqlite;

/// <summary>A file that is not where it was opened.</summary>
/// <param name="Path">The name by which it was opened.</param>
/// <param name="Kind">What has become of the name.</param>
internal readonly record struct FileChange(string Path, FileChangeKind Kind);
