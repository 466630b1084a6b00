using Microsoft.Extensions.Logging;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>The outbox's log messages. They never contain an event's JSON.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Critical, "The outbox '{Path}' was corrupt. It was moved to '{CorruptPath}', and a new one was created. The events of the corrupt file are not delivered, and the new outbox's statistics start at 0; nothing was deleted. SqliteOutbox.SalvageAsync copies what can still be read into a new file, which a tracker can open and send. Check the disk.")]
    public static partial void MovedAside(ILogger logger, string path, string corruptPath);

    [LoggerMessage(2, LogLevel.Error, "File locks are off (DOTNET_SYSTEM_IO_DISABLEFILELOCKING is set, or the file system has none), so no process can know which one sends from the outbox '{Path}'. This process only appends events to it. Put the file on a local disk, and let a process with file locks send.")]
    public static partial void AppendOnly(ILogger logger, string path);

    [LoggerMessage(3, LogLevel.Warning, "Other users of this host could read or write the outbox '{Path}' ({Files}). The outbox removed their permissions; only the owner can access it now. Check who may have read it, and what created or copied the file with that mode.")]
    public static partial void TakenFromOthers(ILogger logger, string path, string files);

    [LoggerMessage(4, LogLevel.Error, "{Problem}")]
    public static partial void NotInPlace(ILogger logger, string problem);

    [LoggerMessage(5, LogLevel.Warning, "The files of the outbox '{Path}' are in place again. It accepts events.")]
    public static partial void BackInPlace(ILogger logger, string path);

    [LoggerMessage(6, LogLevel.Error, "The outbox '{Path}' was deleted or moved while it was open. The outbox was saved again under the same name, with all of its events. Find out what removed the file: the next time no process may be running to save it. If the file was moved, don't use the moved one: it may lack the newest events.")]
    public static partial void PutBack(ILogger logger, string path);

    [LoggerMessage(7, LogLevel.Error, "'{Path}' was deleted while its outbox was open. Its contents were written to the database, and no event is lost. Find out what removed it: after a crash its events would have been lost.")]
    public static partial void LogPutBack(ILogger logger, string path);

    [LoggerMessage(8, LogLevel.Warning, "The lock file '{Path}' was deleted or replaced while its outbox was open. The outbox released the lock and will acquire it again. Find out what removed the file: two processes could have sent the same events.")]
    public static partial void LockReplaced(ILogger logger, string path);

    [LoggerMessage(9, LogLevel.Critical, "The write-ahead log of the outbox '{Path}' is damaged: SQLite read {ReadableFrames} frames of it, and {FramesBehind} valid ones follow the damage. Accepted events may be missing. The database and its log were copied to '{CopyPath}': SqliteOutbox.SalvageAsync recovers what can be read of the copy. Check the disk.")]
    public static partial void LogDamaged(ILogger logger, string path, int readableFrames, int framesBehind, string copyPath);

    [LoggerMessage(10, LogLevel.Warning, "The outbox '{Path}' contains the events again that were saved as '{SavedPath}'. That file isn't needed any more. If a tracker has opened it, EngageLab counts the events that both send once.")]
    public static partial void SavedIsObsolete(ILogger logger, string path, string savedPath);

    [LoggerMessage(11, LogLevel.Critical, "The database of the outbox '{Path}' was missing, but its write-ahead log was there, which may contain accepted events. The log was moved to '{MovedPath}-wal', and a new outbox was created. SqliteOutbox.SalvageAsync, called with '{MovedPath}', copies what can still be read into a new file, which a tracker can open and send. Find out what removed the database.")]
    public static partial void LogWithoutDatabase(ILogger logger, string path, string movedPath);

    [LoggerMessage(12, LogLevel.Error, "The database of the outbox '{Path}' was missing. The last process had copied it and ended before it could restore it; it was restored from that copy now, with all of its events. Find out what removed the database.")]
    public static partial void RestoredFromCopy(ILogger logger, string path);

    [LoggerMessage(13, LogLevel.Critical, "A process that restored the missing database of the outbox '{Path}' ended before it had done so. Its copy is now '{SavedPath}', and may contain events that aren't in the outbox. Open it with a tracker to send them; if it can't be opened, use SqliteOutbox.SalvageAsync.")]
    public static partial void CopyLeft(ILogger logger, string path, string savedPath);

    [LoggerMessage(14, LogLevel.Warning, "This process can't tell whether the files of the outbox '{Path}' are deleted, moved or replaced while it runs: the system call statx fails, for example because of a seccomp profile. Events that are accepted after that would be lost. Permit the call.")]
    public static partial void PlaceNotChecked(ILogger logger, string path);

    [LoggerMessage(20, LogLevel.Error, "An index or a counter of the outbox '{Path}' was damaged. It was rebuilt from the events, and none is lost. Check this host's disk and memory. ({Cause})")]
    public static partial void Repaired(ILogger logger, string path, string cause);

    [LoggerMessage(21, LogLevel.Error, "Events of the outbox '{Path}' can't be read ({Count}, the first is '{EventName}' at position {Position}). They were dead-lettered, and the events after them are sent. {Fault}")]
    public static partial void Unreadable(ILogger logger, string path, int count, string eventName, long position, string fault);

    [LoggerMessage(22, LogLevel.Error, "{Count} events of the outbox '{Path}' can't be read, and dead-lettering them failed. The other events are sent, and dead-lettering is retried. If the disk is full, free some space; otherwise check whether it is failing.")]
    public static partial void UnreadableNotSetAside(ILogger logger, string path, int count, Exception exception);
}
