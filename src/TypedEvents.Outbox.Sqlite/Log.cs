using Microsoft.Extensions.Logging;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>All that the outbox logs. Never the body of an event.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Critical, "The outbox '{Path}' was corrupt. It was moved to '{CorruptPath}', and a new one was begun. Events that were in it are not delivered, and its account begins at 0; nothing was deleted.")]
    public static partial void MovedAside(ILogger logger, string path, string corruptPath);

    [LoggerMessage(2, LogLevel.Error, "File locks are off here (DOTNET_SYSTEM_IO_DISABLEFILELOCKING, or a file system without them), so nobody can know who sends from the outbox '{Path}'. This process only appends to it. Another one with file locks has to send, on a local disk.")]
    public static partial void OnlyAppends(ILogger logger, string path);
}
