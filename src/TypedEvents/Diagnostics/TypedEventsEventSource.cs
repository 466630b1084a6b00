using System.Diagnostics.Tracing;
using Microsoft.Extensions.Logging;

namespace TypedEvents;

/// <summary>
/// Publishes the trackers' log messages to listeners outside of the process, such as <c>dotnet-trace</c> and <c>dotnet-monitor</c>. It contains
/// nothing that isn't in the log.
/// </summary>
[EventSource(Name = TypedEventsTelemetry.EventSourceName)]
internal sealed class TypedEventsEventSource : EventSource
{
    private TypedEventsEventSource()
    {
    }

    public static TypedEventsEventSource Instance { get; } = new();

    public bool IsEnabledFor(LogLevel level) => level switch
    {
        LogLevel.None => false,
        >= LogLevel.Error => IsEnabled(EventLevel.Error, EventKeywords.None),
        LogLevel.Warning => IsEnabled(EventLevel.Warning, EventKeywords.None),
        _ => IsEnabled(EventLevel.Informational, EventKeywords.None),
    };

    [NonEvent]
    public void Write(LogLevel level, string entry, string message, Exception? exception)
    {
        string details = exception?.ToString() ?? "";
        switch (level)
        {
            case >= LogLevel.Error:
                Error(entry, message, details);
                break;
            case LogLevel.Warning:
                Warning(entry, message, details);
                break;
            default:
                Information(entry, message, details);
                break;
        }
    }

    [Event(1, Level = EventLevel.Error, Message = "{0}: {1}")]
    private void Error(string entry, string message, string exception) => WriteEvent(1, entry, message, exception);

    [Event(2, Level = EventLevel.Warning, Message = "{0}: {1}")]
    private void Warning(string entry, string message, string exception) => WriteEvent(2, entry, message, exception);

    [Event(3, Level = EventLevel.Informational, Message = "{0}: {1}")]
    private void Information(string entry, string message, string exception) => WriteEvent(3, entry, message, exception);
}
