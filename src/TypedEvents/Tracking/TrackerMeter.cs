using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace TypedEvents;

/// <summary>
/// The meter of the trackers: one for the process, or one for each <see cref="IMeterFactory"/>. If each tracker had a meter, listeners would
/// merge their instruments, as these have the same names, and the last one read would count. Each measurement names its tracker.
/// </summary>
/// <remarks>
/// The callbacks of one collection see one reading of the trackers: the outboxes are read when a callback is called that has been called since
/// the last reading. No callback throws, and none waits longer than <see cref="LongestReading"/>. The counters of stopped trackers are kept
/// by name, so that none decreases when a tracker of the same name is made.
/// </remarks>
internal sealed class TrackerMeter
{
    /// <summary>The attribute that names the tracker.</summary>
    public const string NameTag = "typedevents.tracker.name";

    /// <summary>The most names whose counters are kept after all of their trackers have been stopped.</summary>
    private const int MaxEndedNames = 1000;

    private static readonly TimeSpan LongestReading = TimeSpan.FromSeconds(1);
    private static readonly double[] DurationBuckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
    private static readonly object CreationLock = new();
    private static readonly ConditionalWeakTable<IMeterFactory, TrackerMeter> OfFactories = [];
    private static TrackerMeter? _shared;

    private readonly object _lock = new();
    private readonly List<TrackerMetrics> _trackers = [];
    private readonly Dictionary<string, TrackerFigures> _ended = new(StringComparer.Ordinal);
    private readonly Meter _meter;
    private List<TrackerFigures> _reading = [];
    private long _readAt;
    private int _instruments;
    private int _seen = -1;

    private TrackerMeter(Meter meter)
    {
        _meter = meter;
        Counter("typedevents.tracker.tracked", "{event}", "Tracked events.", static figures => figures.Tracked);
        Counter("typedevents.tracker.appended", "{event}", "Tracked events that the outbox accepted.", static figures => figures.Appended);
        Counter("typedevents.tracker.enlisted", "{event}", "Events that were appended within a transaction of the application.", static figures => figures.Enlisted);
        Counter("typedevents.tracker.validation_failures", "{value}", "Property values that failed validation.", static figures => figures.ValidationFailures);
        CounterByReason("typedevents.tracker.dropped", "typedevents.drop.reason", "Tracked events that never reached the outbox, by reason.", static figures => ByReason(figures.Dropped));
        UpDown("typedevents.tracker.buffered", "{event}", "Events that are not in the outbox yet.", static running => running.Buffered);
        UpDown("typedevents.tracker.buffer.usage", "By", "The part of the buffer that is in use.", static running => running.BufferUsage);
        UpDown("typedevents.tracker.buffer.limit", "By", "The size of the buffer.", static running => running.BufferLimit);
        Gauge("typedevents.tracker.oldest_buffered_age", "Age of the oldest buffered event.", static running => running.OldestBufferedAge);
        Counter("typedevents.outbox.failed_openings", "{attempt}", "Failed attempts to open the outbox.", static figures => figures.FailedOpenings);
        Counter("typedevents.outbox.appended", "{event}", "Events that this process appended to the outbox.", static figures => figures.Appended);
        Counter("typedevents.outbox.delivered", "{event}", "Events that this process delivered and EngageLab accepted.", static figures => figures.Delivered);
        CounterByReason("typedevents.outbox.discarded", "typedevents.discard.reason", "Events that left the outbox undelivered, by reason.", static figures => ByReason(figures.Discarded));
        UpDown("typedevents.outbox.pending", "{event}", "Events in the store that are pending delivery.", static running => running.Outbox?.Pending);
        UpDown("typedevents.outbox.dead_letter.count", "{event}", "Dead letters in the store: events that were rejected permanently.", static running => running.Outbox?.DeadLetters);
        UpDown("typedevents.outbox.held.count", "{event}", "Pending events in the store whose name is on hold.", static running => running.Outbox?.Held);
        Gauge("typedevents.outbox.oldest_pending_age", "Age of the oldest pending event in the store that isn't on hold.", static running => running.OldestPendingAge);
        int paused = _instruments++;
        TryCreate(() => _meter.CreateObservableGauge("typedevents.delivery.paused", () => Observe<long>(paused, AddPauses), "1", "Whether delivery is paused (1) or not (0), by reason."));
        ReportDuration = TryCreate(CreateDuration);
    }

    /// <summary>The duration of requests that report events; <see langword="null"/>: a listener failed as it was created.</summary>
    public Histogram<double>? ReportDuration { get; }

    private static MeterOptions Options => new(TypedEventsTelemetry.MeterName) { Version = TypedEventsTelemetry.Version };

    /// <summary>
    /// Returns the meter of a factory; without one, that of the process. It is made once: a factory returns the same meter at each call, and a
    /// second set of instruments would report everything twice.
    /// </summary>
    public static TrackerMeter Of(IMeterFactory? factory)
    {
        lock (CreationLock)
        {
            if (factory is null)
            {
                return _shared ??= new TrackerMeter(new Meter(Options));
            }

            if (!OfFactories.TryGetValue(factory, out TrackerMeter? meter))
            {
                OfFactories.Add(factory, meter = new TrackerMeter(factory.Create(Options)));
            }

            return meter;
        }
    }

    public void Add(TrackerMetrics tracker)
    {
        lock (_lock)
        {
            _trackers.Add(tracker);
        }
    }

    /// <summary>
    /// Removes a tracker that has been stopped, and keeps its counters as they are now: no collection sees later ones in between.
    /// </summary>
    public void Remove(TrackerMetrics tracker)
    {
        lock (_lock)
        {
            if (!_trackers.Remove(tracker))
            {
                return;
            }

            TrackerFigures last = tracker.Read();
            last.Running = null;
            if (_ended.TryGetValue(last.Name, out TrackerFigures? before))
            {
                before.Add(last);
            }
            else if (_ended.Count < MaxEndedNames)
            {
                _ended.Add(last.Name, last);
            }
        }
    }

    private void Counter(string name, string unit, string description, Func<TrackerFigures, long> read)
    {
        int instrument = _instruments++;
        TryCreate(() => _meter.CreateObservableCounter(
            name,
            () => Observe<long>(instrument, (figures, measurements) => measurements.Add(new(read(figures), Tag(figures)))),
            unit,
            description));
    }

    private void CounterByReason(string name, string tag, string description, Func<TrackerFigures, (string Reason, long Count)[]> read)
    {
        int instrument = _instruments++;
        TryCreate(() => _meter.CreateObservableCounter(name, () => Observe<long>(instrument, Add), "{event}", description));

        void Add(TrackerFigures figures, List<Measurement<long>> measurements)
        {
            foreach ((string reason, long count) in read(figures))
            {
                measurements.Add(new(count, Tag(figures), new KeyValuePair<string, object?>(tag, reason)));
            }
        }
    }

    private void UpDown(string name, string unit, string description, Func<TrackerFigures.Living, long?> read)
    {
        int instrument = _instruments++;
        TryCreate(() => _meter.CreateObservableUpDownCounter(name, () => Observe<long>(instrument, Add), unit, description));

        void Add(TrackerFigures figures, List<Measurement<long>> measurements)
        {
            if (figures.Running is { } running && read(running) is { } value)
            {
                measurements.Add(new(value, Tag(figures)));
            }
        }
    }

    private void Gauge(string name, string description, Func<TrackerFigures.Living, TimeSpan?> read)
    {
        int instrument = _instruments++;
        TryCreate(() => _meter.CreateObservableGauge(name, () => Observe<double>(instrument, Add), "s", description));

        void Add(TrackerFigures figures, List<Measurement<double>> measurements)
        {
            if (figures.Running is { } running && read(running) is { } value)
            {
                measurements.Add(new(value.TotalSeconds, Tag(figures)));
            }
        }
    }

    /// <summary>Creates an instrument. A listener that throws when it is told of it must not be why a tracker can't be made.</summary>
    private static T? TryCreate<T>(Func<T> create)
        where T : Instrument
    {
        try
        {
            return create();
        }
#pragma warning disable CA1031 // As above.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }

    private Histogram<double> CreateDuration()
    {
        const string Name = "typedevents.report.duration";
        const string Description = "Duration of requests that report events.";
#if NET9_0_OR_GREATER
        return _meter.CreateHistogram(Name, "s", Description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = DurationBuckets });
#else
        _ = DurationBuckets;
        return _meter.CreateHistogram<double>(Name, "s", Description);
#endif
    }

    /// <summary>Makes the measurements of an instrument. Whatever fails, the callback doesn't throw: that would end the collection.</summary>
    private List<Measurement<T>> Observe<T>(int instrument, Action<TrackerFigures, List<Measurement<T>>> add)
        where T : struct
    {
        List<Measurement<T>> measurements = [];
        try
        {
            foreach (TrackerFigures figures in Read(instrument))
            {
                add(figures, measurements);
            }
        }
#pragma warning disable CA1031 // As above.
        catch (Exception)
#pragma warning restore CA1031
        {
        }

        return measurements;
    }

    /// <summary>Returns the reading of this collection: a new one if this instrument has been in the last one, or that is old.</summary>
    private List<TrackerFigures> Read(int instrument)
    {
        lock (_lock)
        {
            int bit = 1 << instrument;
            if ((_seen & bit) != 0 || Stopwatch.GetElapsedTime(_readAt) > LongestReading + LongestReading)
            {
                _reading = ReadTrackers();
                _readAt = Stopwatch.GetTimestamp();
                _seen = 0;
            }

            _seen |= bit;
            return _reading;
        }
    }

    private List<TrackerFigures> ReadTrackers()
    {
        if (!OperatingSystem.IsBrowser())
        {
            var readings = new Task[_trackers.Count];
            for (int i = 0; i < readings.Length; i++)
            {
                readings[i] = _trackers[i].RefreshAsync();
            }

            // Unlike WhenAll, it leaves nothing behind at a reading that never ends.
            Task.WaitAll(readings, LongestReading);
        }

        Dictionary<string, TrackerFigures> byName = new(StringComparer.Ordinal);
        foreach (TrackerFigures ended in _ended.Values)
        {
            FiguresOf(ended.Name).Add(ended);
        }

        foreach (TrackerMetrics tracker in _trackers)
        {
            FiguresOf(tracker.Name).Add(tracker.Read());
        }

        return new List<TrackerFigures>(byName.Values);

        TrackerFigures FiguresOf(string name) =>
            byName.TryGetValue(name, out TrackerFigures? figures) ? figures : byName[name] = new TrackerFigures(name);
    }

    private static void AddPauses(TrackerFigures figures, List<Measurement<long>> measurements)
    {
        if (figures.Running is { } running)
        {
            Add(PauseReason.Configuration, "configuration");
            Add(PauseReason.Failures, "failures");
            Add(PauseReason.Rejections, "rejections");
            Add(PauseReason.Disabled, "disabled");

            void Add(PauseReason reason, string name) =>
                measurements.Add(new(running.Pause == reason ? 1 : 0, Tag(figures), new KeyValuePair<string, object?>("typedevents.pause.reason", name)));
        }
    }

    private static KeyValuePair<string, object?> Tag(TrackerFigures figures) => new(NameTag, figures.Name);

    private static (string Reason, long Count)[] ByReason(DroppedEvents dropped) =>
    [
        ("buffer_full", dropped.BufferFull),
        ("too_large", dropped.TooLarge),
        ("invalid", dropped.Invalid),
        ("filtered", dropped.Filtered),
        ("closed", dropped.Closed),
        ("cancelled", dropped.Cancelled),
        ("outbox_unusable", dropped.OutboxUnusable),
        ("at_shutdown", dropped.AtShutdown),
        ("disabled", dropped.Disabled),
        ("no_user", dropped.NoUser),
    ];

    private static (string Reason, long Count)[] ByReason(DiscardedEvents discarded) =>
    [
        ("evicted", discarded.Evicted),
        ("purged", discarded.Purged),
        ("left_over", discarded.LeftOver),
    ];
}
