using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace TypedEvents;

/// <summary>One tracker's part in the metrics: what the meter reads of it.</summary>
internal sealed class TrackerMetrics : IDisposable
{
    private readonly EventTracker _tracker;
    private readonly StatisticsReader _statistics;
    private readonly TimeProvider _clock;
    private readonly TrackerMeter _meter;
    private Task _refreshing = Task.CompletedTask;

    public TrackerMetrics(EventTracker tracker, StatisticsReader statistics, TimeProvider clock, IMeterFactory? factory)
    {
        _tracker = tracker;
        _statistics = statistics;
        _clock = clock;
        _meter = TrackerMeter.Of(factory);
        _meter.Add(this);
    }

    public string Name => _tracker.Name;

    /// <summary>The tracker has been stopped; its counters stay.</summary>
    public void Dispose() => _meter.Remove(this);

    /// <summary>
    /// Reads the outbox. The task doesn't fail. While a reading takes long, it is returned again: an outbox that hangs isn't asked more and more
    /// often. Only the meter calls this, under its lock.
    /// </summary>
    public Task RefreshAsync()
    {
        if (_refreshing.IsCompleted)
        {
            _refreshing = DetachedContext.Start(async () =>
            {
                try
                {
                    await _statistics.ReadAsync(CancellationToken.None).ConfigureAwait(false);
                }
#pragma warning disable CA1031 // Whoever appends and settles meets the same fault, and says so.
                catch (Exception)
#pragma warning restore CA1031
                {
                }
            });
        }

        return _refreshing;
    }

    /// <summary>Reads the figures, with the last statistics of the outbox.</summary>
    public TrackerFigures Read()
    {
        TrackerStatistics statistics = _tracker.Statistics;
        OutboxStatistics? outbox = _statistics.Last;
        return new TrackerFigures(Name)
        {
            Tracked = statistics.Tracked,
            Appended = statistics.Appended,
            Enlisted = statistics.Enlisted,
            Delivered = _tracker.DeliveredCount,
            ValidationFailures = statistics.ValidationFailures,
            FailedOpenings = statistics.FailedOpenings,
            Dropped = statistics.Dropped,
            Discarded = _statistics.Discarded,
            Running = new TrackerFigures.Living
            {
                Buffered = statistics.Buffered,
                BufferUsage = statistics.BufferUsage,
                BufferLimit = statistics.BufferLimit,
                OldestBufferedAge = statistics.OldestBufferedAge,
                Pause = _tracker.Delivery.Reason,
                Outbox = outbox,
                OldestPendingAge = outbox is null ? null : AgeOf(outbox.OldestPendingAt),
            },
        };
    }

    /// <summary>Records a request that reported events. A listener that throws must not make the request a failure.</summary>
    public void RecordReport(TimeSpan duration, EngageResponse response)
    {
        var tags = new TagList { { TrackerMeter.NameTag, Name } };
        if (response.Status is { } status)
        {
            tags.Add("http.response.status_code", (int)status);
        }

        if (response.ErrorType is { } error)
        {
            tags.Add("error.type", error);
        }

        try
        {
            _meter.ReportDuration?.Record(duration.TotalSeconds, tags);
        }
#pragma warning disable CA1031 // As above.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    public bool IsReportRecorded => _meter.ReportDuration is { Enabled: true };

    private TimeSpan AgeOf(DateTimeOffset? at) => at is { } since && _clock.GetUtcNow() - since is { Ticks: > 0 } age ? age : TimeSpan.Zero;
}
