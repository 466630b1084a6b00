using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TypedEvents.Hosting.Tests;

/// <summary>With several trackers, each log entry says whose it is, to people and to structured logs.</summary>
public sealed class NamesInLogsTests
{
    [Fact]
    public async Task An_entry_of_a_keyed_tracker_names_it_and_one_of_the_unnamed_tracker_is_as_it_was()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        var log = new StructuredLog();
        ServiceCollection services = Hosts.Services(emulator);
        services.AddSingleton<ILoggerFactory>(log);
        services.AddTypedEvents();
        services.AddKeyedTypedEvents("audit", options => Trackers.Configure(options, emulator));
        await using ServiceProvider provider = services.BuildServiceProvider();
        provider.GetRequiredService<IEventTracker>().Track(default, new PageViewed("/"));
        provider.GetRequiredKeyedService<IEventTracker>("audit").Track(default, new PageViewed("/"));

        Assert.Equal(2, log.Entries.Count);
        (string unnamed, Dictionary<string, object?> properties) = log.Entries[0];
        Assert.StartsWith("Event 'page_viewed' was not tracked", unnamed, StringComparison.Ordinal);
        Assert.DoesNotContain("TrackerName", properties.Keys);
        (string named, properties) = log.Entries[1];
        Assert.Equal($"[audit] {unnamed}", named);
        Assert.Equal(("audit", "page_viewed"), (properties["TrackerName"], properties["EventName"]));
        Assert.StartsWith("[{TrackerName}] Event '{EventName}'", (string?)properties["{OriginalFormat}"], StringComparison.Ordinal);
    }

    private sealed class StructuredLog : ILoggerFactory, ILogger
    {
        public List<(string Text, Dictionary<string, object?> Properties)> Entries { get; } = [];

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Entries.Add((formatter(state, exception), ((IReadOnlyList<KeyValuePair<string, object?>>)state!).ToDictionary()));

        public void Dispose()
        {
        }
    }
}
