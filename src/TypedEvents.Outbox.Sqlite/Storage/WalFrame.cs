namespace TypedEvents.Outbox.Sqlite;

/// <summary>A frame of the write-ahead log whose checksum is right.</summary>
/// <param name="Index">Its place in the log, from 0 on.</param>
/// <param name="Page">Which page of the database it holds, from 1 on.</param>
/// <param name="IsCommit">Whether it is the last one of a commit.</param>
internal readonly record struct WalFrame(int Index, uint Page, bool IsCommit);
