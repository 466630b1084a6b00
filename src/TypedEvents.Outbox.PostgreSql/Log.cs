using Microsoft.Extensions.Logging;

namespace TypedEvents.Outbox.PostgreSql;

/// <summary>The outbox's log messages. They never contain an event's JSON, a user or a password.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "{Reason}")]
    public static partial void AppendOnly(ILogger logger, string reason);

    [LoggerMessage(2, LogLevel.Warning, "The lease on the outbox in {Place} couldn't be renewed; it is tried again each second. Until the lease ends, events go on being sent. Check the database and the network.")]
    public static partial void HeartbeatFailed(ILogger logger, string place, Exception exception);

    [LoggerMessage(3, LogLevel.Warning, "The lease on the outbox in {Place} is over, as no renewal succeeded in time. This process stops sending; another one, or this one when it reaches the database again, sends the events. Check the database, the network, and whether this process was suspended.")]
    public static partial void LeaseOver(ILogger logger, string place);

    [LoggerMessage(4, LogLevel.Information, "The partitions of the outbox in {Place} couldn't be given back. Other processes take them over when the lease ends, after {Seconds} s at most.")]
    public static partial void NotGivenBack(ILogger logger, string place, double seconds, Exception exception);

    [LoggerMessage(5, LogLevel.Debug, "The statistics of the outbox in {Place} couldn't be folded, events over the cap of dead letters couldn't be evicted, or the figures of the metrics couldn't be read; it is tried again.")]
    public static partial void NotKept(ILogger logger, string place, Exception exception);
}
