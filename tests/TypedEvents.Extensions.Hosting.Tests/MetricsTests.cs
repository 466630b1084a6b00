using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace TypedEvents.Hosting.Tests;

/// <summary>
/// What OpenTelemetry makes of the meter that the trackers of a container share. It listens to all meters of that name in the process, and merges
/// their instruments, so no other test runs beside these.
/// </summary>
[CollectionDefinition(nameof(MetricsTests), DisableParallelization = true)]
[Collection(nameof(MetricsTests))]
public sealed class MetricsTests
{
    [Fact]
    public async Task The_values_of_two_trackers_are_exported_and_those_of_one_go_on_when_the_other_has_stopped()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        List<Metric> exported = [];

        // It collects when it is told to, and at no other time.
#pragma warning disable CA2000 // The provider disposes it.
        var reader = new BaseExportingMetricReader(new InMemoryExporter<Metric>(exported));
#pragma warning restore CA2000
        var services = new ServiceCollection();
        services.AddKeyedTypedEvents("otel-shop", options => Trackers.Configure(options, emulator));
        services.AddKeyedTypedEvents("otel-audit", options => Trackers.Configure(options, emulator));
        services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(TypedEventsTelemetry.MeterName).AddReader(reader));
        await using ServiceProvider provider = services.BuildServiceProvider();
        MeterProvider meters = provider.GetRequiredService<MeterProvider>();
        EventTracker shop = provider.GetRequiredKeyedService<EventTracker>("otel-shop");
        EventTracker audit = provider.GetRequiredKeyedService<EventTracker>("otel-audit");
        shop.Track(Trackers.Alice, new PageViewed("/a"));
        shop.Track(Trackers.Alice, new PageViewed("/b"));
        audit.Track(Trackers.Alice, new PageViewed("/c"));
        await provider.FlushTypedEventsAsync(Trackers.Cancellation);

        Assert.True(meters.ForceFlush());
        Assert.Equal([("otel-audit", 1), ("otel-shop", 2)], Values("typedevents.tracker.tracked"));
        Assert.Equal([("otel-audit", 1), ("otel-shop", 2)], Values("typedevents.outbox.delivered"));
        Assert.Equal([("otel-audit", 0), ("otel-shop", 0)], Values("typedevents.outbox.pending"));

        await audit.StopAsync(Trackers.Cancellation);
        shop.Track(Trackers.Alice, new PageViewed("/d"));
        await shop.FlushAsync(Trackers.Cancellation);
        exported.Clear();
        Assert.True(meters.ForceFlush());
        Assert.Equal([("otel-audit", 1), ("otel-shop", 3)], Values("typedevents.outbox.delivered"));
        Assert.Contains(("otel-shop", 4L * 1024 * 1024), Values("typedevents.tracker.buffer.limit"));

        List<(string Tracker, long Value)> Values(string instrument)
        {
            List<(string, long)> values = [];
            foreach (MetricPoint point in Assert.Single(exported, metric => metric.Name == instrument).GetMetricPoints())
            {
                foreach (KeyValuePair<string, object?> tag in point.Tags)
                {
                    if (tag.Key == "typedevents.tracker.name" && tag.Value is string name && name.StartsWith("otel-", StringComparison.Ordinal))
                    {
                        values.Add((name, point.GetSumLong()));
                    }
                }
            }

            values.Sort();
            return values;
        }
    }
}
