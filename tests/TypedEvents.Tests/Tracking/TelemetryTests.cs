using System.Diagnostics.Metrics;
using TypedEvents.Emulator;

namespace TypedEvents.Tests;

/// <summary>The metrics: one meter for all trackers, whose measurements name the tracker.</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task All_statistics_are_metrics()
    {
        using var metrics = new CollectedMetrics();
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.MeterFactory = metrics);

        scenario.Track(new PageViewed("/"));
        scenario.Track(default, new PageViewed("/"));
        await scenario.FlushAsync();
        Dictionary<string, double> measured = metrics.Collect();

        Assert.Equal(2, measured["typedevents.tracker.tracked/default"]);
        Assert.Equal(1, measured["typedevents.tracker.appended/default"]);
        Assert.Equal(0, measured["typedevents.tracker.enlisted/default"]);
        Assert.Equal(0, measured["typedevents.tracker.validation_failures/default"]);
        Assert.Equal(0, measured["typedevents.tracker.buffered/default"]);
        Assert.Equal(0, measured["typedevents.tracker.buffer.usage/default"]);
        Assert.Equal(4 * 1024 * 1024, measured["typedevents.tracker.buffer.limit/default"]);
        Assert.Equal(0, measured["typedevents.tracker.oldest_buffered_age/default"]);
        Assert.Equal(1, measured["typedevents.tracker.dropped/default/invalid"]);
        Assert.Equal(0, measured["typedevents.outbox.failed_openings/default"]);
        Assert.Equal(1, measured["typedevents.outbox.appended/default"]);
        Assert.Equal(1, measured["typedevents.outbox.delivered/default"]);
        Assert.Equal(0, measured["typedevents.outbox.pending/default"]);
        Assert.Equal(0, measured["typedevents.outbox.dead_letter.count/default"]);
        Assert.Equal(0, measured["typedevents.outbox.held.count/default"]);
        Assert.Equal(0, measured["typedevents.outbox.oldest_pending_age/default"]);
        Assert.Equal(0, measured["typedevents.outbox.discarded/default/left_over"]);
        Assert.Equal(0, measured["typedevents.delivery.paused/default/failures"]);
        Assert.InRange(measured["typedevents.report.duration/default/200"], 0.000001, 600);
        Assert.Equal(TypedEventsTelemetry.MeterName, metrics.Meter!.Name);
        Assert.Matches(@"^\d+\.\d+\.\d+$", metrics.Meter.Version);
        Assert.Equal(metrics.Meter.Version, TypedEventsTelemetry.ActivitySource.Version);
    }

    [Fact]
    public async Task Two_trackers_have_their_own_values_and_the_end_of_one_leaves_the_others()
    {
        using var metrics = new CollectedMetrics();
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        EventTracker one = Create("one");
        await using EventTracker other = Create("other");
        one.Track(Trackers.Alice, new PageViewed("/"));
        other.Track(Trackers.Alice, new PageViewed("/"));
        other.Track(Trackers.Alice, new PageViewed("/"));
        AssertTracked(1, 2);

        await one.StopAsync(Trackers.Cancellation);
        IReadOnlyDictionary<string, double> afterwards = AssertTracked(1, 2);
        Assert.Equal(1, afterwards["typedevents.outbox.delivered/one"]);
        Assert.DoesNotContain("typedevents.tracker.buffered/one", afterwards.Keys);
        Assert.Contains("typedevents.tracker.buffered/other", afterwards.Keys);

        // Another one of the same name goes on counting where the first one stopped.
        await using EventTracker next = Create("one");
        AssertTracked(1, 2);
        next.Track(Trackers.Alice, new PageViewed("/"));
        AssertTracked(2, 2);

        EventTracker Create(string name) => Trackers.Create(emulator, options =>
        {
            options.Name = name;
            options.MeterFactory = metrics;
        });

        IReadOnlyDictionary<string, double> AssertTracked(int expectedOne, int expectedOther)
        {
            Dictionary<string, double> measured = metrics.Collect();
            Assert.Equal((expectedOne, expectedOther), (measured["typedevents.tracker.tracked/one"], measured["typedevents.tracker.tracked/other"]));
            return measured;
        }
    }

    [Fact]
    public async Task The_outbox_is_read_once_for_each_collection()
    {
        using var metrics = new CollectedMetrics();
        var outbox = new CountingOutbox();
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options =>
        {
            options.MeterFactory = metrics;
            options.Outbox = outbox;
        });
        await scenario.FlushAsync();
        int before = outbox.Reads;
        metrics.Collect();
        metrics.Collect();
        metrics.Collect();
        Assert.Equal(before + 3, outbox.Reads);
    }

    [Theory]
    [InlineData("throws")]
    [InlineData("fails")]
    [InlineData("hangs")]
    public async Task An_outbox_that_cannot_be_read_neither_ends_nor_delays_a_collection(string fault)
    {
        using var metrics = new CollectedMetrics();
        var outbox = new CountingOutbox();
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options =>
        {
            options.MeterFactory = metrics;
            options.Outbox = outbox;
        });
        scenario.Track(new PageViewed("/"));
        await scenario.FlushAsync();
        outbox.Fault = fault;

        Dictionary<string, double> measured = await Task.Run(metrics.Collect).WaitAsync(TimeSpan.FromMinutes(1), Trackers.Cancellation);

        Assert.Equal((1, 1), (measured["typedevents.tracker.tracked/default"], measured["typedevents.outbox.delivered/default"]));
        Assert.Equal(0, measured["typedevents.outbox.pending/default"]);
        outbox.Release();
    }

    /// <summary>A durable outbox remembers what earlier processes did, and others use it meanwhile.</summary>
    [Fact]
    public async Task What_other_processes_did_is_not_counted()
    {
        using var metrics = new CollectedMetrics();
        var outbox = new CountingOutbox { Others = 1000 };
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator, options =>
        {
            options.MeterFactory = metrics;
            options.Outbox = outbox;
        });
        tracker.Track(Trackers.Alice, new PageViewed("/"));
        FlushResult flush = await tracker.FlushAsync(Trackers.Cancellation);
        Assert.Equal(1001, flush.Outbox!.Appended);

        Dictionary<string, double> measured = metrics.Collect();
        Assert.Equal((1, 1), (measured["typedevents.outbox.appended/default"], measured["typedevents.outbox.delivered/default"]));
        Assert.Equal(0, measured["typedevents.outbox.discarded/default/purged"]);
        Assert.Equal(1000, measured["typedevents.outbox.dead_letter.count/default"]);

        outbox.Others = 1003;
        measured = metrics.Collect();
        Assert.Equal(3, measured["typedevents.outbox.discarded/default/purged"]);
        Assert.Equal(1003, measured["typedevents.outbox.dead_letter.count/default"]);
    }

    /// <summary>The claim is given back before the last statistics are read, and another process could have it then.</summary>
    [Fact]
    public async Task What_was_discarded_since_the_last_collection_is_counted_at_the_stop()
    {
        using var metrics = new CollectedMetrics();
        var outbox = new CountingOutbox { Others = 1000 };
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        EventTracker tracker = Trackers.Create(emulator, options =>
        {
            options.MeterFactory = metrics;
            options.Outbox = outbox;
        });
        tracker.Track(Trackers.Alice, new PageViewed("/"));
        await tracker.FlushAsync(Trackers.Cancellation);
        metrics.Collect();

        outbox.Others = 1003;
        await tracker.StopAsync(Trackers.Cancellation);

        Assert.Equal(3, metrics.Collect()["typedevents.outbox.discarded/default/purged"]);
    }

    [Fact]
    public async Task Two_trackers_that_are_made_at_once_share_one_set_of_instruments()
    {
        using var factory = new SlowMeterFactory();
        Thread second = new(() => ((IDisposable)Create()).Dispose());
        factory.OnFirst = () =>
        {
            second.Start();
            while (factory.Creations == 1 && (second.ThreadState & ThreadState.WaitSleepJoin) == 0)
            {
                Thread.Yield();
            }
        };
        await using (EventTracker first = Create())
        {
            second.Join();
        }

        Assert.Equal(1, factory.Creations);

        EventTracker Create() => EventTracker.Create(options =>
        {
            options.Enabled = false;
            options.MeterFactory = factory;
        });
    }

    [Fact]
    public async Task A_listener_that_throws_when_it_is_told_of_an_instrument_fails_no_tracker()
    {
        using var metrics = new CollectedMetrics();
        using var faulty = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Scope == metrics)
                {
                    throw new InvalidOperationException();
                }
            },
        };
        faulty.Start();
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.MeterFactory = metrics);
        scenario.Track(new PageViewed("/"));
        FlushResult flush = await scenario.FlushAsync();
        Assert.Equal((FlushOutcome.Settled, 1), (flush.Outcome, flush.Outbox!.Delivered));
        Assert.Equal(1, metrics.Collect()["typedevents.tracker.tracked/default"]);
    }

    [Fact]
    public async Task A_failed_report_is_measured_with_its_error_and_a_pause_with_its_reason()
    {
        using var metrics = new CollectedMetrics();
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.MeterFactory = metrics);
        scenario.Emulator.RespondWith(EmulatorBehavior.Respond(401, EmulatorCodes.AuthenticationFailed, "wrong"));
        scenario.Track(new PageViewed("/"));
        await scenario.FlushAsync();
        Dictionary<string, double> measured = metrics.Collect();
        Assert.Contains("typedevents.report.duration/default/401/40050", measured.Keys);
        Assert.Equal((1, 0), (measured["typedevents.delivery.paused/default/configuration"], measured["typedevents.delivery.paused/default/failures"]));
        Assert.Equal(1, measured["typedevents.outbox.pending/default"]);
    }

    [Fact]
    public async Task A_listener_that_throws_is_no_failure_of_the_request()
    {
        using var metrics = new CollectedMetrics { IsFaulty = true };
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.MeterFactory = metrics);
        scenario.Track(new PageViewed("/"));
        FlushResult flush = await scenario.FlushAsync();
        Assert.Equal((FlushOutcome.Settled, 1, 1), (flush.Outcome, flush.Outbox!.Delivered, scenario.Emulator.RequestCount));
    }

    /// <summary>A container's meter factory, and a listener of its meter alone.</summary>
    private sealed class CollectedMetrics : IMeterFactory
    {
        private readonly MeterListener _listener = new();
        private readonly Lock _lock = new();
        private readonly Dictionary<string, double> _measured = [];

        public CollectedMetrics()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == this)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
            _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
            _listener.Start();
        }

        public bool IsFaulty { get; init; }

        public Meter? Meter { get; private set; }

        public Meter Create(MeterOptions options)
        {
            options.Scope = this;
            return Meter ??= new Meter(options);
        }

        /// <summary>Collects the instruments: each value by the instrument's name and the values of its attributes.</summary>
        public Dictionary<string, double> Collect()
        {
            lock (_lock)
            {
                foreach (string observed in _measured.Keys.Where(key => !key.StartsWith("typedevents.report.duration", StringComparison.Ordinal)).ToList())
                {
                    _measured.Remove(observed);
                }
            }

            _listener.RecordObservableInstruments();
            lock (_lock)
            {
                return new Dictionary<string, double>(_measured);
            }
        }

        public void Dispose()
        {
            _listener.Dispose();
            Meter?.Dispose();
        }

        private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (IsFaulty)
            {
                throw new InvalidOperationException();
            }

            Assert.Equal("typedevents.tracker.name", tags[0].Key);
            string key = instrument.Name;
            foreach (KeyValuePair<string, object?> tag in tags)
            {
                key += $"/{tag.Value}";
            }

            lock (_lock)
            {
                Assert.True(_measured.TryAdd(key, value) || instrument is Histogram<double>, $"{key} was measured twice in a collection.");
            }
        }
    }

    /// <summary>A factory that returns the same meter at each call, as that of a container does, and takes its time.</summary>
    private sealed class SlowMeterFactory : IMeterFactory
    {
        private readonly Meter _meter = new("TypedEvents");
        private int _creations;

        public int Creations => Volatile.Read(ref _creations);

        public Action? OnFirst { get; set; }

        public Meter Create(MeterOptions options)
        {
            if (Interlocked.Increment(ref _creations) == 1)
            {
                OnFirst?.Invoke();
            }

            return _meter;
        }

        public void Dispose() => _meter.Dispose();
    }

    /// <summary>An outbox whose statistics are counted, can fail, and can include what other processes did.</summary>
    private sealed class CountingOutbox() : DelegatingOutbox(new MemoryOutbox())
    {
        private readonly TaskCompletionSource<OutboxStatistics?> _hanging = new();
        private int _reads;

        public string? Fault { get; set; }

        /// <summary>The events that others have appended: as many delivered, purged and dead-lettered ones as there are.</summary>
        public int Others { get; set; }

        public int Reads => Volatile.Read(ref _reads);

        public override bool IsDurable => Others > 0;

        public void Release()
        {
            Fault = null;
            _hanging.TrySetException(new IOException("late"));
        }

        public override async ValueTask<OutboxStatistics?> GetStatisticsAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _reads);
            switch (Fault)
            {
                case "throws":
                    throw new IOException("statistics");
                case "fails":
                    await Task.Yield();
                    throw new IOException("statistics");
                case "hangs":
                    return await _hanging.Task;
                default:
                    OutboxStatistics own = (await base.GetStatisticsAsync(cancellationToken))!;
                    return own with
                    {
                        Appended = own.Appended + Others,
                        DeadLetters = own.DeadLetters + Others,
                        Discarded = own.Discarded with { Purged = own.Discarded.Purged + Others },
                    };
            }
        }
    }
}
