using System.Diagnostics.Metrics;

namespace TypedEvents;

/// <summary>All statistics as metrics. They are read when somebody listens, and cost nothing otherwise.</summary>
internal sealed class TrackerMetrics : IDisposable
{
    private readonly Meter _meter = new(TypedEventsTelemetry.MeterName);
    private readonly IEventOutbox _outbox;
    private OutboxStatistics _lastStatistics = new();

    public TrackerMetrics(EventTracker tracker, IEventOutbox outbox)
    {
        _outbox = outbox;
        _meter.CreateObservableCounter("typedevents.tracker.tracked", () => tracker.Statistics.Tracked, "{event}", "Events that the tracker was given.");
        _meter.CreateObservableUpDownCounter("typedevents.tracker.buffered", () => tracker.Statistics.Buffered, "{event}", "Events that the outbox doesn't have yet.");
        _meter.CreateObservableCounter("typedevents.tracker.appended", () => tracker.Statistics.Appended, "{event}", "Events that the outbox took.");
        _meter.CreateObservableCounter("typedevents.tracker.dropped", () => MeasureDropped(tracker.Statistics.Dropped), "{event}", "Events that were not taken or not kept, by reason.");
        _meter.CreateObservableGauge("typedevents.tracker.oldest_buffered_age", () => tracker.Statistics.OldestBufferedAge.TotalSeconds, "s", "How long the oldest buffered event has waited.");
        _meter.CreateObservableCounter("typedevents.tracker.validation_failures", () => tracker.Statistics.ValidationFailures, "{value}", "Values that broke a rule of their property.");
        _meter.CreateObservableCounter("typedevents.outbox.appended", () => GetStatistics().Appended, "{event}", "Events that the outbox ever took.");
        _meter.CreateObservableCounter("typedevents.outbox.delivered", () => GetStatistics().Delivered, "{event}", "Events that EngageLab accepted.");
        _meter.CreateObservableUpDownCounter("typedevents.outbox.pending", () => GetStatistics().Pending, "{event}", "Events that wait to be delivered.");
        _meter.CreateObservableUpDownCounter("typedevents.outbox.dead_letters", () => GetStatistics().DeadLetters, "{event}", "Events that were refused for good and are kept aside.");
        _meter.CreateObservableCounter("typedevents.outbox.discarded", () => MeasureDiscarded(GetStatistics().Discarded), "{event}", "Events that left the outbox undelivered, by reason.");
    }

    public void Dispose() => _meter.Dispose();

    /// <summary>The statistics, or the last one known where the outbox needs longer than a measurement may.</summary>
    private OutboxStatistics GetStatistics()
    {
        ValueTask<OutboxStatistics> statistics = _outbox.GetStatisticsAsync(CancellationToken.None);
        if (statistics.IsCompletedSuccessfully)
        {
            _lastStatistics = statistics.Result;
        }
        else
        {
            _ = RememberAsync(statistics);
        }

        return _lastStatistics;
    }

    private async Task RememberAsync(ValueTask<OutboxStatistics> statistics) => _lastStatistics = await statistics.ConfigureAwait(false);

    private static IEnumerable<Measurement<long>> MeasureDropped(DroppedEvents dropped) =>
    [
        Measure(dropped.BufferFull, "buffer_full"),
        Measure(dropped.TooLarge, "too_large"),
        Measure(dropped.Invalid, "invalid"),
        Measure(dropped.Filtered, "filtered"),
        Measure(dropped.Closed, "closed"),
        Measure(dropped.Cancelled, "cancelled"),
        Measure(dropped.AtShutdown, "at_shutdown"),
    ];

    private static IEnumerable<Measurement<long>> MeasureDiscarded(DiscardedEvents discarded) =>
    [
        Measure(discarded.Evicted, "evicted"),
        Measure(discarded.Purged, "purged"),
        Measure(discarded.LeftOver, "left_over"),
    ];

    private static Measurement<long> Measure(long count, string reason) => new(count, new KeyValuePair<string, object?>("reason", reason));
}
