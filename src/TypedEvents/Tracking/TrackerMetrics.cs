using System.Diagnostics.Metrics;

namespace TypedEvents;

/// <summary>Publishes all statistics as metrics. They are read only while there is a listener.</summary>
internal sealed class TrackerMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly bool _ownsMeter;
    private readonly StatisticsReader _statistics;

    public TrackerMetrics(EventTracker tracker, StatisticsReader statistics, IMeterFactory? factory)
    {
        _statistics = statistics;
        _ownsMeter = factory is null;
        _meter = factory?.Create(TypedEventsTelemetry.MeterName) ?? new Meter(TypedEventsTelemetry.MeterName);
        _meter.CreateObservableCounter("typedevents.tracker.tracked", () => tracker.Statistics.Tracked, "{event}", "Tracked events.");
        _meter.CreateObservableUpDownCounter("typedevents.tracker.buffered", () => tracker.Statistics.Buffered, "{event}", "Events that are not in the outbox yet.");
        _meter.CreateObservableCounter("typedevents.tracker.appended", () => tracker.Statistics.Appended, "{event}", "Events that the outbox accepted.");
        _meter.CreateObservableCounter("typedevents.tracker.dropped", () => MeasureDropped(tracker.Statistics.Dropped), "{event}", "Dropped events, by reason.");
        _meter.CreateObservableGauge("typedevents.tracker.oldest_buffered_age", () => tracker.Statistics.OldestBufferedAge.TotalSeconds, "s", "Age of the oldest buffered event.");
        _meter.CreateObservableCounter("typedevents.tracker.validation_failures", () => tracker.Statistics.ValidationFailures, "{value}", "Property values that failed validation.");
        _meter.CreateObservableCounter("typedevents.outbox.failed_openings", () => tracker.Statistics.FailedOpenings, "{attempt}", "Failed attempts to open the outbox.");
        _meter.CreateObservableCounter("typedevents.outbox.appended", () => GetStatistics().Appended, "{event}", "Events ever appended to the outbox.");
        _meter.CreateObservableCounter("typedevents.outbox.delivered", () => GetStatistics().Delivered, "{event}", "Events that EngageLab accepted.");
        _meter.CreateObservableUpDownCounter("typedevents.outbox.pending", () => GetStatistics().Pending, "{event}", "Events pending delivery.");
        _meter.CreateObservableUpDownCounter("typedevents.outbox.dead_letters", () => GetStatistics().DeadLetters, "{event}", "Dead letters: events that were rejected permanently.");
        _meter.CreateObservableCounter("typedevents.outbox.discarded", () => MeasureDiscarded(GetStatistics().Discarded), "{event}", "Events that left the outbox undelivered, by reason.");
    }

    public void Dispose()
    {
        if (_ownsMeter)
        {
            _meter.Dispose();
        }
    }

    /// <summary>The statistics, or the last one known where the outbox needs longer than a measurement may.</summary>
    private OutboxStatistics GetStatistics()
    {
        ValueTask<OutboxStatistics?> statistics = _statistics.ReadAsync(CancellationToken.None);
        if (statistics.IsCompletedSuccessfully)
        {
            return statistics.Result ?? _statistics.Last ?? new OutboxStatistics();
        }

        // The reader remembers what comes of it.
        _ = statistics.AsTask();
        return _statistics.Last ?? new OutboxStatistics();
    }

    private static IEnumerable<Measurement<long>> MeasureDropped(DroppedEvents dropped) =>
    [
        Measure(dropped.BufferFull, "buffer_full"),
        Measure(dropped.TooLarge, "too_large"),
        Measure(dropped.Invalid, "invalid"),
        Measure(dropped.Filtered, "filtered"),
        Measure(dropped.Closed, "closed"),
        Measure(dropped.Cancelled, "cancelled"),
        Measure(dropped.OutboxUnusable, "outbox_unusable"),
        Measure(dropped.AtShutdown, "at_shutdown"),
        Measure(dropped.Disabled, "disabled"),
        Measure(dropped.NoUser, "no_user"),
    ];

    private static IEnumerable<Measurement<long>> MeasureDiscarded(DiscardedEvents discarded) =>
    [
        Measure(discarded.Evicted, "evicted"),
        Measure(discarded.Purged, "purged"),
        Measure(discarded.LeftOver, "left_over"),
    ];

    private static Measurement<long> Measure(long count, string reason) => new(count, new KeyValuePair<string, object?>("reason", reason));
}
