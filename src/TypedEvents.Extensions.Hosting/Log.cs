using Microsoft.Extensions.Logging;

namespace TypedEvents;

/// <summary>What the host's part logs. Its event ids begin at 200, beyond those of the trackers and the outboxes.</summary>
internal static partial class Log
{
    [LoggerMessage(200, LogLevel.Warning, "The outbox of tracker '{TrackerName}' wasn't open after {Timeout}. The application starts without it; the tracker goes on opening it and buffers events until then. Check the database or the disk.")]
    public static partial void StartedBeforeOutbox(ILogger logger, string trackerName, TimeSpan timeout);
}
