using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TypedEvents.Hosting.Tests;

/// <summary>What happens to a tracker when its configuration changes.</summary>
public sealed class ReloadTests
{
    [Fact]
    public async Task New_credentials_are_used_once_and_the_same_ones_never()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection(Hosts.Settings(emulator)).Build();
        configuration["TypedEvents:ApiSecret"] = "wrong";
        using var log = new CapturingLogger();
        await using ServiceProvider provider = Build(configuration, log);
        EventTracker tracker = provider.GetRequiredService<EventTracker>();
        tracker.Track(Trackers.Alice, new PageViewed("/"));
        Assert.Equal(FlushOutcome.Blocked, (await tracker.FlushAsync(Trackers.Cancellation)).Outcome);
        int before = log.Entries.Count;

        configuration.Reload();
        configuration.Reload();
        Assert.Equal(before, log.Entries.Count);

        configuration["TypedEvents:ApiSecret"] = Trackers.ApiSecret;
        configuration.Reload();
        configuration.Reload();
        await emulator.WaitForEventsAsync(1, Trackers.Cancellation);
        Assert.Single(log.Entries, entry => entry.Text.Contains("uses the credentials", StringComparison.Ordinal));
        Assert.DoesNotContain(Trackers.ApiSecret, log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ApiSecret", "")]
    [InlineData("ApiSecret", "hunter2 ")]
    [InlineData("ApiKey", "hunter2:x")]
    public async Task Bad_credentials_are_logged_without_their_value_and_the_earlier_ones_stay(string setting, string value)
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection(Hosts.Settings(emulator)).Build();
        using var log = new CapturingLogger();
        await using ServiceProvider provider = Build(configuration, log);
        EventTracker tracker = provider.GetRequiredService<EventTracker>();

        configuration[$"TypedEvents:{setting}"] = value;
        configuration.Reload();
        configuration.Reload();

        (LogLevel level, string text) = Assert.Single(log.Entries);
        Assert.Equal(LogLevel.Error, level);
        Assert.Contains(setting, text, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", log.Text, StringComparison.Ordinal);
        tracker.Track(Trackers.Alice, new PageViewed("/"));
        Assert.Equal(FlushOutcome.Settled, (await tracker.FlushAsync(Trackers.Cancellation)).Outcome);
    }

    [Fact]
    public async Task Any_other_change_is_one_warning()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection(Hosts.Settings(emulator)).Build();
        using var log = new CapturingLogger();
        await using ServiceProvider provider = Build(configuration, log);
        _ = provider.GetRequiredService<EventTracker>();

        configuration["TypedEvents:MaxBatchEvents"] = "7";
        configuration["Other"] = "x";
        configuration.Reload();
        configuration.Reload();

        (LogLevel level, string text) = Assert.Single(log.Entries);
        Assert.Equal(LogLevel.Warning, level);
        Assert.Contains("TypedEvents:MaxBatchEvents", text, StringComparison.Ordinal);
        Assert.Contains("restart", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_logger_that_throws_fails_no_reload()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection(Hosts.Settings(emulator)).Build();
        var log = new FaultyLog();
        ServiceCollection services = Hosts.Services(configuration);
        services.AddSingleton<ILoggerFactory>(log);
        services.AddTypedEvents();
        await using ServiceProvider provider = services.BuildServiceProvider();
        EventTracker tracker = provider.GetRequiredService<EventTracker>();

        log.IsFaulty = true;
        configuration["TypedEvents:ApiSecret"] = "other";
        configuration["TypedEvents:MaxBatchEvents"] = "7";
        configuration.Reload();

        log.IsFaulty = false;
        configuration["TypedEvents:ApiSecret"] = Trackers.ApiSecret;
        configuration.Reload();
        tracker.Track(Trackers.Alice, new PageViewed("/"));
        Assert.Equal(FlushOutcome.Settled, (await tracker.FlushAsync(Trackers.Cancellation)).Outcome);
    }

    [Fact]
    public async Task A_logger_that_throws_while_a_tracker_is_made_leaves_no_tracker_behind()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        var outbox = new DisposalWatch();
        ServiceCollection services = Hosts.Services(new ConfigurationBuilder().Build());
        services.AddSingleton<ILoggerFactory>(new FaultyLog { IsFaulty = true });
        services.AddTypedEvents(options => options.Outbox = outbox).WhenNotConfigured(NotConfigured.Disable);
        await using ServiceProvider provider = services.BuildServiceProvider();

        Assert.Throws<InvalidOperationException>(() => provider.GetRequiredService<EventTracker>());

        Assert.True(outbox.IsDisposed);
    }

    private sealed class FaultyLog : ILoggerFactory, ILogger
    {
        public bool IsFaulty { get; set; }

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsFaulty)
            {
                throw new InvalidOperationException("The log's disk is full.");
            }
        }
    }

    [Fact]
    public async Task Credentials_of_a_connection_string_are_reloaded_too()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        IConfigurationRoot configuration = Hosts.Configuration(("ConnectionStrings:engagelab", ConnectionString("wrong")));
        using var log = new CapturingLogger();
        ServiceCollection services = Hosts.Services(configuration);
        services.AddSingleton<ILoggerFactory>(log);
        services.AddTypedEvents(options => options.ShutdownTimeout = TimeSpan.FromMinutes(5)).UseConnectionString("engagelab");
        await using ServiceProvider provider = services.BuildServiceProvider();
        IEventTracker tracker = provider.GetRequiredService<IEventTracker>();
        tracker.Track(Trackers.Alice, new PageViewed("/"));

        configuration["ConnectionStrings:engagelab"] = ConnectionString(Trackers.ApiSecret);
        configuration.Reload();
        await emulator.WaitForEventsAsync(1, Trackers.Cancellation);

        string ConnectionString(string secret) => $"Endpoint={emulator.BaseAddress};AllowInsecureLoopback=true;ApiKey={Trackers.ApiKey};ApiSecret={secret}";
    }

    [Fact]
    public async Task Credentials_that_are_set_in_code_are_not_replaced()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection(Hosts.Settings(emulator)).Build();
        configuration["TypedEvents:ApiKey"] = "configured";
        using var log = new CapturingLogger();
        ServiceCollection services = Hosts.Services(configuration);
        services.AddSingleton<ILoggerFactory>(log);
        services.AddTypedEvents(options => options.ApiKey = Trackers.ApiKey);
        await using ServiceProvider provider = services.BuildServiceProvider();
        EventTracker tracker = provider.GetRequiredService<EventTracker>();
        configuration["TypedEvents:ApiKey"] = "changed";
        configuration.Reload();
        tracker.Track(Trackers.Alice, new PageViewed("/"));
        Assert.Equal(FlushOutcome.Settled, (await tracker.FlushAsync(Trackers.Cancellation)).Outcome);
        Assert.Contains("restart", Assert.Single(log.Entries).Text, StringComparison.Ordinal);
    }

    /// <summary>Nothing reports a change of that time: the tracker has its options, and doesn't watch the configuration yet.</summary>
    [Fact]
    public async Task Credentials_that_change_while_the_tracker_is_made_are_used()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection(Hosts.Settings(emulator)).Build();
        (configuration["TypedEvents:ApiKey"], configuration["TypedEvents:ApiSecret"]) = ("old", "old");
        using var log = new CapturingLogger();
        ServiceCollection services = Hosts.Services(configuration);
        services.AddSingleton<ILoggerFactory>(log);
        services.AddTypedEvents(_ =>
        {
            (configuration["TypedEvents:ApiKey"], configuration["TypedEvents:ApiSecret"]) = (Trackers.ApiKey, Trackers.ApiSecret);
            configuration.Reload();
        });
        await using ServiceProvider provider = services.BuildServiceProvider();
        EventTracker tracker = provider.GetRequiredService<EventTracker>();

        tracker.Track(Trackers.Alice, new PageViewed("/"));

        Assert.Equal(FlushOutcome.Settled, (await tracker.FlushAsync(Trackers.Cancellation)).Outcome);
        Assert.Single(log.Entries, entry => entry.Text.Contains("uses the credentials", StringComparison.Ordinal));
    }

    private static ServiceProvider Build(IConfigurationRoot configuration, CapturingLogger log)
    {
        ServiceCollection services = Hosts.Services(configuration);
        services.AddSingleton<ILoggerFactory>(log);
        services.AddTypedEvents();
        return services.BuildServiceProvider();
    }
}
