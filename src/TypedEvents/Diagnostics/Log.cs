using Microsoft.Extensions.Logging;

namespace TypedEvents;

/// <summary>The library's log messages. None contains credentials or the content of an event.</summary>
/// <remarks>
/// Each message gets its values in the order in which its template names them. <c>LoggerMessage</c> isn't used: in a Native AOT executable its
/// generic types become machine code for each combination of value types.
/// </remarks>
internal static class Log
{
    public static void EventInvalid(ILogger logger, string eventName, string reason, Exception? exception) =>
        Write(logger, LogLevel.Warning, new(1, nameof(EventInvalid)), "Event '{EventName}' was not tracked: {Reason} Further occurrences are counted, not logged.", exception, eventName, reason);

    public static void EventTooLarge(ILogger logger, string eventName, int maxEventBytes) =>
        Write(logger, LogLevel.Warning, new(2, nameof(EventTooLarge)), "Event '{EventName}' was not tracked: its JSON is larger than MaxEventBytes ({MaxEventBytes}). Further occurrences are counted, not logged.", null, eventName, maxEventBytes);

    public static void NumberNotFinite(ILogger logger, string eventName, string propertyName) =>
        Write(logger, LogLevel.Warning, new(3, nameof(NumberNotFinite)), "Property '{PropertyName}' of event '{EventName}' was omitted: it is NaN or infinite, which JSON can't represent. Further occurrences are counted, not logged.", null, propertyName, eventName);

    public static void BufferFull(ILogger logger) =>
        Write(logger, LogLevel.Warning, new(4, nameof(BufferFull)), "Events are dropped: the buffer is full because events are tracked faster than the outbox accepts them. Check the outbox, or use TrackAsync, which waits instead. This is logged once; TrackerStatistics.Dropped counts on.", null);

    public static void OutboxFull(ILogger logger) =>
        Write(logger, LogLevel.Warning, new(5, nameof(OutboxFull)), "The outbox has no room for more events; they stay in the buffer until it has. Check whether events are delivered, or raise the outbox's limit.", null);

    public static void AppendFailed(ILogger logger, Exception exception) =>
        Write(logger, LogLevel.Error, new(6, nameof(AppendFailed)), "Appending to the outbox failed; events stay in the buffer and will be retried.", exception);

    public static void AppendRecovered(ILogger logger) =>
        Write(logger, LogLevel.Information, new(7, nameof(AppendRecovered)), "Appending to the outbox works again.", null);

    public static void DeliveryFailed(ILogger logger, string subject, string problem, Exception? exception) =>
        Write(logger, LogLevel.Warning, new(8, nameof(DeliveryFailed)), "{Subject} can't be delivered at the moment. They stay in the outbox and will be retried. {Problem}", exception, subject, problem);

    public static void CircuitOpened(ILogger logger, string subject, string reason, string problem, Exception? exception) =>
        Write(logger, LogLevel.Error, new(9, nameof(CircuitOpened)), "{Subject} can't be delivered at the moment ({Reason}). They stay in the outbox; one request at a time is tried until one is accepted. {Problem}", exception, subject, reason, problem);

    public static void StillFailing(ILogger logger, string subject, DateTimeOffset since, string pending, string problem) =>
        Write(logger, LogLevel.Error, new(40, nameof(StillFailing)), "{Subject} have not been delivered since {Since:u}; {Pending} events are pending. They stay in the outbox and will be retried. {Problem}", null, subject, since, pending, problem);

    public static void RegistrationRecovered(ILogger logger) =>
        Write(logger, LogLevel.Information, new(41, nameof(RegistrationRecovered)), "Users are registered again, and their events will be delivered.", null);

    public static void UsersUnknown(ILogger logger, Uri address, int count, string reason) =>
        Write(logger, LogLevel.Warning, new(42, nameof(UsersUnknown)), "{Address} returned no EUID for {Count} user ids, although it did for others. Their events are dead letters of kind UserUnknown; a replay registers the users again. {Reason} Check the source of these ids. Further ones are counted, not logged.", null, address, count, reason);

    public static void DeliveryRecovered(ILogger logger) =>
        Write(logger, LogLevel.Information, new(10, nameof(DeliveryRecovered)), "Events are delivered again.", null);

    public static void DeliveryFaulted(ILogger logger, Exception exception) =>
        Write(logger, LogLevel.Error, new(11, nameof(DeliveryFaulted)), "Delivery failed unexpectedly; events are kept and will be retried.", exception);

    public static void FaultEnded(ILogger logger) =>
        Write(logger, LogLevel.Information, new(43, nameof(FaultEnded)), "Delivery works again after it failed unexpectedly.", null);

    public static void StoppedWithRest(ILogger logger, long pending, long leftOver, long atShutdown, string problem) =>
        Write(logger, LogLevel.Warning, new(12, nameof(StoppedWithRest)), "The tracker stopped with undelivered events: {Pending} pending in the outbox (those of other processes and of earlier starts included), {LeftOver} discarded with the memory outbox, {AtShutdown} dropped before the outbox accepted them. {Problem}", null, pending, leftOver, atShutdown, problem);

    public static void ValidationFailed(ILogger logger, string eventName, string propertyName, string rule, string consequence) =>
        Write(logger, LogLevel.Warning, new(13, nameof(ValidationFailed)), "Property '{PropertyName}' of event '{EventName}' failed validation. {Rule}. {Consequence} Further failures of this validation attribute are counted, not logged.", null, propertyName, eventName, rule, consequence);

    public static void EventDeadLettered(ILogger logger, string eventName, long position, string kind, string problem) =>
        Write(logger, LogLevel.Warning, new(14, nameof(EventDeadLettered)), "Event '{EventName}' (position {Position}) became a dead letter: {Kind}. Later events are still sent. {Problem}", null, eventName, position, kind, problem);

    public static void NameHeld(ILogger logger, string eventName) =>
        Write(logger, LogLevel.Error, new(15, nameof(NameHeld)), "Events named '{EventName}' are on hold: five consecutive ones became dead letters. They stay in the outbox; one a minute is sent, and the first that is accepted releases the others.", null, eventName);

    public static void NameReleased(ILogger logger, string eventName) =>
        Write(logger, LogLevel.Information, new(16, nameof(NameReleased)), "Events named '{EventName}' are released: one was accepted.", null, eventName);

    public static void SettlementFailed(ILogger logger, Exception exception) =>
        Write(logger, LogLevel.Error, new(17, nameof(SettlementFailed)), "Settling events in the outbox failed; the settlements stay in memory and will be retried. After a crash the events would be sent again with the same random_id. Check the outbox's disk.", exception);

    public static void SettlementRecovered(ILogger logger) =>
        Write(logger, LogLevel.Information, new(18, nameof(SettlementRecovered)), "Settling events in the outbox works again.", null);

    public static void TrackedAfterStop(ILogger logger, string eventName) =>
        Write(logger, LogLevel.Warning, new(19, nameof(TrackedAfterStop)), "Event '{EventName}' was not tracked: the tracker had been stopped. Stop it after everything that tracks. Further occurrences are counted (Dropped.Closed), not logged.", null, eventName);

    public static void DeadLettersEvicted(ILogger logger, long count) =>
        Write(logger, LogLevel.Warning, new(20, nameof(DeadLettersEvicted)), "{Count} dead letters or held events were evicted from the outbox: together they exceed MaxDeadLetterBytes, and the oldest are evicted first. Purge or replay them, or raise the limit. Further ones are counted (Discarded.Evicted), not logged.", null, count);

    public static void CloseFailed(ILogger logger, Exception exception) =>
        Write(logger, LogLevel.Error, new(21, nameof(CloseFailed)), "The outbox couldn't be closed.", exception);

    public static void OptionsContradict(ILogger logger, string contradiction) =>
        Write(logger, LogLevel.Warning, new(22, nameof(OptionsContradict)), "{Contradiction}", null, contradiction);

    public static void StoppedBefore(ILogger logger, string part) =>
        Write(logger, LogLevel.Warning, new(23, nameof(StoppedBefore)), "The tracker stopped before {Part} had ended: the outbox, a handler of the HttpClient, or a thread pool without a free thread took too long. The statistics say what the outbox doesn't have. Check what blocks, or raise ShutdownTimeout.", null, part);

    public static void StopFailed(ILogger logger, Exception exception) =>
        Write(logger, LogLevel.Error, new(25, nameof(StopFailed)), "Stopping the tracker failed. A durable outbox keeps the events that it has. Check the outbox, and the TimeProvider and HttpClient of the options.", exception);

    public static void TargetNotAdded(ILogger logger, Exception exception) =>
        Write(logger, LogLevel.Error, new(24, nameof(TargetNotAdded)), "Saving the new API key's hash in the outbox failed; it will be retried. Until it succeeds, a start with the new key may be rejected, unless Project is set.", exception);

    public static void OutboxNotOpened(ILogger logger, Exception exception) =>
        Write(logger, LogLevel.Error, new(30, nameof(OutboxNotOpened)), "The outbox couldn't be opened; it will be retried, and events stay in the buffer until then. Check the database or the disk.", exception);

    public static void OutboxUnusable(ILogger logger, Exception exception) =>
        Write(logger, LogLevel.Critical, new(31, nameof(OutboxUnusable)), "The outbox can't be used by this tracker. Nothing is delivered, events stay in the buffer, and TrackAsync throws. Follow the remedy in the exception's message.", exception);

    public static void OutboxOpened(ILogger logger) =>
        Write(logger, LogLevel.Information, new(32, nameof(OutboxOpened)), "The outbox is open now, and takes the buffered events.", null);

    public static void TrackerDisabled(ILogger logger) =>
        Write(logger, LogLevel.Information, new(35, nameof(TrackerDisabled)), "The tracker is disabled (EventTrackerOptions.Enabled): it opens no outbox, sends nothing, and counts each event as Disabled.", null);

    public static void DeadLetterCallbackFailed(ILogger logger, Exception exception) =>
        Write(logger, LogLevel.Error, new(33, nameof(DeadLetterCallbackFailed)), "OnDeadLetter threw an exception; the event is a dead letter all the same. Further exceptions of it are not logged.", exception);

    public static void DeadLetterCallbackBehind(ILogger logger, int maxQueued) =>
        Write(logger, LogLevel.Warning, new(34, nameof(DeadLetterCallbackBehind)), "OnDeadLetter is slower than events become dead letters: {MaxQueued} wait for it, and it isn't called for further ones. They are in the outbox. Return faster, or list the dead letters instead. This is logged once.", null, maxQueued);

    private static void Write(ILogger logger, LogLevel level, EventId id, string template, Exception? exception, params object?[] values)
    {
        if (logger.IsEnabled(level))
        {
            logger.Log(level, id, new LogEntry(template, values), exception, static (entry, _) => entry.ToString());
        }
    }
}
