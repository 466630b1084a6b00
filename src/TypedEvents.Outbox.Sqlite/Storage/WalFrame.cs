namespace TypedEvents.Outbox.Sqlite;

/// <summary>A frame of the write-ahead log with a valid checksum.</summary>
/// <param name="Index">The frame's index in the log, from 0.</param>
/// <param name="Page">The number of the database page that it contains, from 1.</param>
/// <param name="IsCommit">Whether it is the last frame of a commit.</param>
internal readonly record struct WalFrame(int Index, uint Page, bool IsCommit);
