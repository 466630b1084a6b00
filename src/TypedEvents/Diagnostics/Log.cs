using Microsoft.Extensions.Logging;

namespace TypedEvents;

/// <summary>The library's log messages. None contains credentials or the content of an event.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "Event '{EventName}' was not tracked: {Reason} Further occurrences are counted, not logged.")]
    public static partial void EventInvalid(ILogger logger, string eventName, string reason, Exception? exception);

    [LoggerMessage(2, LogLevel.Warning, "Event '{EventName}' was not tracked: its JSON is larger than MaxEventBytes ({MaxEventBytes}). Further occurrences are counted, not logged.")]
    public static partial void EventTooLarge(ILogger logger, string eventName, int maxEventBytes);

    [LoggerMessage(3, LogLevel.Warning, "Property '{PropertyName}' of event '{EventName}' was omitted: it is NaN or infinite, which JSON can't represent. Further occurrences are counted, not logged.")]
    public static partial void NumberNotFinite(ILogger logger, string eventName, string propertyName);

    [LoggerMessage(4, LogLevel.Warning, "Events are dropped: the buffer is full because events are tracked faster than the outbox accepts them. Check the outbox, or use TrackAsync, which waits instead. This is logged once; TrackerStatistics.Dropped counts on.")]
    public static partial void BufferFull(ILogger logger);

    [LoggerMessage(5, LogLevel.Warning, "The outbox has no room for more events; they stay in the buffer until it has. Check whether events are delivered, or raise the outbox's limit.")]
    public static partial void OutboxFull(ILogger logger);

    [LoggerMessage(6, LogLevel.Error, "Appending to the outbox failed; events stay in the buffer and will be retried.")]
    public static partial void AppendFailed(ILogger logger, Exception exception);

    [LoggerMessage(7, LogLevel.Information, "Appending to the outbox works again.")]
    public static partial void AppendRecovered(ILogger logger);

    [LoggerMessage(8, LogLevel.Warning, "{Subject} can't be delivered at the moment. They stay in the outbox and will be retried. {Problem}")]
    public static partial void DeliveryFailed(ILogger logger, string subject, string problem, Exception? exception);

    [LoggerMessage(9, LogLevel.Error, "{Subject} can't be delivered at the moment ({Reason}). They stay in the outbox; one request at a time is tried until one is accepted. {Problem}")]
    public static partial void CircuitOpened(ILogger logger, string subject, string reason, string problem, Exception? exception);

    [LoggerMessage(40, LogLevel.Error, "{Subject} have not been delivered since {Since:u}; {Pending} events are pending. They stay in the outbox and will be retried. {Problem}")]
    public static partial void StillFailing(ILogger logger, string subject, DateTimeOffset since, string pending, string problem);

    [LoggerMessage(41, LogLevel.Information, "Users are registered again, and their events will be delivered.")]
    public static partial void RegistrationRecovered(ILogger logger);

    [LoggerMessage(42, LogLevel.Warning, "{Address} returned no EUID for {Count} user ids, although it did for others. Their events are dead letters of kind UserUnknown; a replay registers the users again. {Reason} Check the source of these ids. Further ones are counted, not logged.")]
    public static partial void UsersUnknown(ILogger logger, Uri address, int count, string reason);

    [LoggerMessage(10, LogLevel.Information, "Events are delivered again.")]
    public static partial void DeliveryRecovered(ILogger logger);

    [LoggerMessage(11, LogLevel.Error, "Delivery failed unexpectedly; events are kept and will be retried.")]
    public static partial void DeliveryFaulted(ILogger logger, Exception exception);

    [LoggerMessage(43, LogLevel.Information, "Delivery works again after it failed unexpectedly.")]
    public static partial void FaultEnded(ILogger logger);

    [LoggerMessage(12, LogLevel.Warning, "The tracker stopped with undelivered events: {Pending} pending in the outbox (those of other processes and of earlier starts included), {LeftOver} discarded with the memory outbox, {AtShutdown} dropped before the outbox accepted them. {Problem}")]
    public static partial void StoppedWithRest(ILogger logger, long pending, long leftOver, long atShutdown, string problem);

    [LoggerMessage(13, LogLevel.Warning, "Property '{PropertyName}' of event '{EventName}' failed validation. {Rule}. {Consequence} Further failures of this validation attribute are counted, not logged.")]
    public static partial void ValidationFailed(ILogger logger, string eventName, string propertyName, string rule, string consequence);

    [LoggerMessage(14, LogLevel.Warning, "Event '{EventName}' (position {Position}) became a dead letter: {Kind}. Later events are still sent. {Problem}")]
    public static partial void EventDeadLettered(ILogger logger, string eventName, long position, string kind, string problem);

    [LoggerMessage(15, LogLevel.Error, "Events named '{EventName}' are on hold: five consecutive ones became dead letters. They stay in the outbox; one a minute is sent, and the first that is accepted releases the others.")]
    public static partial void NameHeld(ILogger logger, string eventName);

    [LoggerMessage(16, LogLevel.Information, "Events named '{EventName}' are released: one was accepted.")]
    public static partial void NameReleased(ILogger logger, string eventName);

    [LoggerMessage(17, LogLevel.Error, "Settling events in the outbox failed; the settlements stay in memory and will be retried. After a crash the events would be sent again with the same random_id. Check the outbox's disk.")]
    public static partial void SettlementFailed(ILogger logger, Exception exception);

    [LoggerMessage(18, LogLevel.Information, "Settling events in the outbox works again.")]
    public static partial void SettlementRecovered(ILogger logger);

    [LoggerMessage(19, LogLevel.Warning, "Event '{EventName}' was not tracked: the tracker had been stopped. Stop it after everything that tracks. Further occurrences are counted (Dropped.Closed), not logged.")]
    public static partial void TrackedAfterStop(ILogger logger, string eventName);

    [LoggerMessage(20, LogLevel.Warning, "{Count} dead letters or held events were evicted from the outbox: together they exceed MaxDeadLetterBytes, and the oldest are evicted first. Purge or replay them, or raise the limit. Further ones are counted (Discarded.Evicted), not logged.")]
    public static partial void DeadLettersEvicted(ILogger logger, long count);

    [LoggerMessage(21, LogLevel.Error, "The outbox couldn't be closed.")]
    public static partial void CloseFailed(ILogger logger, Exception exception);

    [LoggerMessage(22, LogLevel.Warning, "{Contradiction}")]
    public static partial void OptionsContradict(ILogger logger, string contradiction);

    [LoggerMessage(23, LogLevel.Warning, "The tracker stopped before {Part} had ended: the outbox, a handler of the HttpClient, or a thread pool without a free thread took too long. The statistics say what the outbox doesn't have. Check what blocks, or raise ShutdownTimeout.")]
    public static partial void StoppedBefore(ILogger logger, string part);

    [LoggerMessage(25, LogLevel.Error, "Stopping the tracker failed. A durable outbox keeps the events that it has. Check the outbox, and the TimeProvider and HttpClient of the options.")]
    public static partial void StopFailed(ILogger logger, Exception exception);

    [LoggerMessage(24, LogLevel.Error, "Saving the new API key's hash in the outbox failed; it will be retried. Until it succeeds, a start with the new key may be rejected, unless Project is set.")]
    public static partial void TargetNotAdded(ILogger logger, Exception exception);

    [LoggerMessage(30, LogLevel.Error, "The outbox couldn't be opened; it will be retried, and events stay in the buffer until then. Check the database or the disk.")]
    public static partial void OutboxNotOpened(ILogger logger, Exception exception);

    [LoggerMessage(31, LogLevel.Critical, "The outbox can't be used by this tracker. Nothing is delivered, events stay in the buffer, and TrackAsync throws. Follow the remedy in the exception's message.")]
    public static partial void OutboxUnusable(ILogger logger, Exception exception);

    [LoggerMessage(32, LogLevel.Information, "The outbox is open now, and takes the buffered events.")]
    public static partial void OutboxOpened(ILogger logger);

    [LoggerMessage(35, LogLevel.Information, "The tracker is disabled (EventTrackerOptions.Enabled): it opens no outbox, sends nothing, and counts each event as Disabled.")]
    public static partial void TrackerDisabled(ILogger logger);

    [LoggerMessage(33, LogLevel.Error, "OnDeadLetter threw an exception; the event is a dead letter all the same. Further exceptions of it are not logged.")]
    public static partial void DeadLetterCallbackFailed(ILogger logger, Exception exception);

    [LoggerMessage(34, LogLevel.Warning, "OnDeadLetter is slower than events become dead letters: {MaxQueued} wait for it, and it isn't called for further ones. They are in the outbox. Return faster, or list the dead letters instead. This is logged once.")]
    public static partial void DeadLetterCallbackBehind(ILogger logger, int maxQueued);
}
