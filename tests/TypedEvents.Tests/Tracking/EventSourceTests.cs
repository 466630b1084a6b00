using System.Diagnostics.Tracing;
using Microsoft.Extensions.Logging;

namespace TypedEvents.Tests;

/// <summary>The output without a logger. The tests run one after the other, because a listener keeps standard error silent.</summary>
public sealed class EventSourceTests
{
    [Fact]
    public void Log_messages_reach_listeners_of_the_event_source()
    {
        using var error = new StringWriter();
        using var listener = new Listener();
        var logger = new TrackerLogger(null, error.WriteLine);
        Log.OptionsContradict(logger, "seen by the listener");
        Assert.Contains(listener.Messages, message => message.Contains("OptionsContradict|seen by the listener", StringComparison.Ordinal));
        Assert.True(System.Diagnostics.Debugger.IsAttached || error.ToString().Length == 0);
    }

    [Fact]
    public void Without_a_logger_the_first_warning_is_written_to_standard_error_once()
    {
        using var error = new StringWriter();
        var logger = new TrackerLogger(null, error.WriteLine);
        Log.AppendRecovered(logger);
        Assert.Empty(error.ToString());
        Log.OutboxFull(logger);
        Log.OutboxFull(logger);
        Assert.StartsWith("TypedEvents: The outbox has no room", Assert.Single(error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.False(logger.IsEnabled(LogLevel.Warning));

        using var silent = new StringWriter();
        Log.OutboxFull(new TrackerLogger(new CapturingLogger(), silent.WriteLine));
        Assert.Empty(silent.ToString());
    }

    private sealed class Listener : EventListener
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _messages = new();

        public IReadOnlyCollection<string> Messages => [.. _messages];

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == TypedEventsTelemetry.EventSourceName)
            {
                EnableEvents(eventSource, EventLevel.Warning);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData) => _messages.Enqueue(string.Join('|', eventData.Payload ?? new([])));
    }
}
