using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using TypedEvents.Emulator;

namespace TypedEvents.Benchmarks.Storefront;

/// <summary>Prints the metrics of two trackers with OpenTelemetry's console exporter.</summary>
internal static class TwoTrackers
{
    public static async Task PrintAsync()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync();
        var services = new ServiceCollection();
        services.AddTypedEvents(Configure);
        services.AddKeyedTypedEvents("audit", Configure);
        services.AddOpenTelemetry().WithMetrics(static metrics => metrics.AddMeter(TypedEventsTelemetry.MeterName).AddConsoleExporter());
        await using ServiceProvider provider = services.BuildServiceProvider();
        MeterProvider meters = provider.GetRequiredService<MeterProvider>();
        IEventTracker unnamed = provider.GetRequiredService<IEventTracker>();
        IEventTracker audit = provider.GetRequiredKeyedService<IEventTracker>("audit");
        for (int i = 0; i < 3; i++)
        {
            unnamed.Track(new Euid(7), new PageViewed("/"));
        }

        audit.Track(new Euid(7), new PageViewed("/"));
        audit.Track(default(Euid), new PageViewed("/"));
        await provider.FlushTypedEventsAsync();
        meters.ForceFlush();

        void Configure(EventTrackerOptions options)
        {
            options.BaseAddress = emulator.BaseAddress;
            options.AllowInsecureLoopback = true;
            options.ApiKey = "local";
            options.ApiSecret = "local";
        }
    }
}

[EngageEvent("page_viewed")]
internal readonly partial record struct PageViewed(string Path);
