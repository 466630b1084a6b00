using Microsoft.Extensions.Logging;

namespace TypedEvents.AspNetCore;

/// <summary>What the middleware logs. Its event ids begin at 300, beyond those of the trackers, the outboxes and the host's part.</summary>
internal static partial class Log
{
    [LoggerMessage(300, LogLevel.Error, "Flushing the events of a request failed. They stay in the outbox and will be retried; in a process that is frozen or ended after the request, events of a memory outbox may be lost.")]
    public static partial void RequestFlushFailed(ILogger logger, Exception exception);
}
