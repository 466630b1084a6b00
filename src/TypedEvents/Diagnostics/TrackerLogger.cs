using System.Diagnostics;
using System.Diagnostics.Tracing;
using Microsoft.Extensions.Logging;

namespace TypedEvents;

/// <summary>
/// Logs to the application's logger, if there is one, and to the <see cref="EventSource"/>. Without a logger, the first warning is written to
/// standard error, unless the source has a listener: a wrong API key is the most common first mistake and must not go unnoticed.
/// </summary>
/// <param name="log">The application's logger, or <see langword="null"/>.</param>
/// <param name="writeError">Writes a line to standard error.</param>
/// <param name="trackerName">The tracker's name, which each entry has as <c>TrackerName</c>; <see langword="null"/>: it has none to tell it from others.</param>
internal sealed class TrackerLogger(ILogger? log, Action<string> writeError, string? trackerName = null) : ILogger
{
    private int _hasWritten;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) =>
        log?.IsEnabled(logLevel) == true || TypedEventsEventSource.Instance.IsEnabledFor(logLevel) || MayWrite(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string? text = null;
        if (log?.IsEnabled(logLevel) == true)
        {
            if (trackerName is not null && state is LogEntry entry)
            {
                log.Log(logLevel, eventId, entry.WithTracker(trackerName), exception, static (named, _) => named.ToString());
            }
            else
            {
                log.Log(logLevel, eventId, state, exception, formatter);
            }
        }

        if (TypedEventsEventSource.Instance.IsEnabledFor(logLevel))
        {
            TypedEventsEventSource.Instance.Write(logLevel, eventId.Name ?? "", text = Named(formatter(state, exception)), exception);
        }

        if (MayWrite(logLevel) && Interlocked.Exchange(ref _hasWritten, 1) == 0)
        {
            text ??= Named(formatter(state, exception));
            writeError($"TypedEvents: {text} (Only the first warning is written here; set EventTrackerOptions.LoggerFactory to see all.)");
        }
    }

    private string Named(string text) => trackerName is null ? text : $"[{trackerName}] {text}";

    private bool MayWrite(LogLevel logLevel) =>
        log is null
        && logLevel is >= LogLevel.Warning and not LogLevel.None
        && Volatile.Read(ref _hasWritten) == 0
        && (Debugger.IsAttached || !TypedEventsEventSource.Instance.IsEnabled());
}
