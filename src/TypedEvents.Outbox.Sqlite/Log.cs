using Microsoft.Extensions.Logging;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>All that the outbox logs. Never the body of an event.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Critical, "The outbox '{Path}' was corrupt. It was moved to '{CorruptPath}', and a new one was created. Its events are not delivered, and the new statistics start at 0; nothing was deleted. SqliteOutbox.SalvageAsync reads what can be read of it into a file that can be opened and sent.")]
    public static partial void MovedAside(ILogger logger, string path, string corruptPath);

    [LoggerMessage(2, LogLevel.Error, "File locks are off here (DOTNET_SYSTEM_IO_DISABLEFILELOCKING, or a file system without them), so it can't be known which process sends from the outbox '{Path}'. This process only appends to it. Another process with file locks must send, on a local disk.")]
    public static partial void AppendOnly(ILogger logger, string path);

    [LoggerMessage(3, LogLevel.Warning, "Other users of this host could read or write the outbox '{Path}' ({Files}). From now on only its owner can. Check who may have read it, and what created or copied the file with that mode.")]
    public static partial void TakenFromOthers(ILogger logger, string path, string files);

    [LoggerMessage(4, LogLevel.Error, "{Problem}")]
    public static partial void NotInPlace(ILogger logger, string problem);

    [LoggerMessage(5, LogLevel.Warning, "The outbox '{Path}' is where it was again, and accepts events.")]
    public static partial void BackInPlace(ILogger logger, string path);

    [LoggerMessage(6, LogLevel.Error, "The outbox '{Path}' was deleted or moved while it was open. It was saved again under the same name, with all of its events. Find out what removed it: a process that doesn't run doesn't notice. If it was moved, the file that was moved has the same events.")]
    public static partial void PutBack(ILogger logger, string path);

    [LoggerMessage(7, LogLevel.Error, "'{Path}' was deleted while its outbox was open. What was in it was written to the database, and nothing is lost. Find out what removed it: after a crash its events would have been lost.")]
    public static partial void LogPutBack(ILogger logger, string path);

    [LoggerMessage(8, LogLevel.Warning, "The lock file '{Path}' was deleted or replaced while its outbox was open. The lock was given up and is taken again. Find out what removed it: two processes could have sent the same events.")]
    public static partial void LockReplaced(ILogger logger, string path);

    [LoggerMessage(9, LogLevel.Critical, "The write-ahead log of the outbox '{Path}' is damaged: SQLite read {ReadableFrames} frames of it, and {FramesBehind} valid ones follow the damage. Events that were accepted may be missing. A copy of the database and its log is at '{CopyPath}': SqliteOutbox.SalvageAsync reads what can be read of it. Check the disk.")]
    public static partial void LogDamaged(ILogger logger, string path, int readableFrames, int framesBehind, string copyPath);

    [LoggerMessage(20, LogLevel.Error, "An index or a counter of the outbox '{Path}' was damaged, and was rebuilt from the events: none is lost. Check this host's disk and memory. ({Cause})")]
    public static partial void Repaired(ILogger logger, string path, string cause);

    [LoggerMessage(21, LogLevel.Error, "An event '{EventName}' (position {Position}) of the outbox '{Path}' can't be read, and is a dead letter now. The events behind it are sent. {Fault}")]
    public static partial void Unreadable(ILogger logger, string path, string eventName, long position, string fault);

    [LoggerMessage(22, LogLevel.Error, "{Count} events of the outbox '{Path}' can't be read, and can't be made dead letters now. The others are sent, and it is tried again.")]
    public static partial void UnreadableNotSetAside(ILogger logger, string path, int count, Exception exception);
}
