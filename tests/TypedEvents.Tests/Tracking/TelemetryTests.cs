using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using TypedEvents.Emulator;

namespace TypedEvents.Tests;

public sealed class TelemetryTests
{
    [Fact]
    public async Task All_statistics_are_metrics()
    {
        EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        ConcurrentDictionary<string, long> measured = new();
        using var listener = new MeterListener();

        // Other tests' trackers have meters of the same name: only those of this one, made on this thread, are listened to.
        int thread = Environment.CurrentManagedThreadId;
        bool isOurs = false;
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (isOurs && Environment.CurrentManagedThreadId == thread && instrument.Meter.Name == TypedEventsTelemetry.MeterName)
            {
                own.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            string reason = tags.Length > 0 ? $"/{tags[0].Value}" : "";
            measured[instrument.Name + reason] = value;
        });
        listener.Start();
        isOurs = true;
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(emulator: emulator);
        isOurs = false;

        scenario.Track(new PageViewed("/"));
        scenario.Track(default, new PageViewed("/"));
        await scenario.FlushAsync();
        listener.RecordObservableInstruments();
        await scenario.StopAsync();

        Assert.Equal(2, measured["typedevents.tracker.tracked"]);
        Assert.Equal(1, measured["typedevents.tracker.appended"]);
        Assert.Equal(0, measured["typedevents.tracker.validation_failures"]);
        Assert.Equal(0, measured["typedevents.tracker.buffered"]);
        Assert.Equal(1, measured["typedevents.tracker.dropped/invalid"]);
        Assert.Equal(0, measured["typedevents.outbox.failed_openings"]);
        Assert.Equal(1, measured["typedevents.outbox.appended"]);
        Assert.Equal(1, measured["typedevents.outbox.delivered"]);
        Assert.Equal(0, measured["typedevents.outbox.pending"]);
        Assert.Equal(0, measured["typedevents.outbox.discarded/left_over"]);
    }
}
