using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using TypedEvents.Registration;

namespace TypedEvents.Hosting.Tests;

/// <summary>What is registered, beside whatever else is registered.</summary>
public sealed class RegistrationTests
{
    [Fact]
    public async Task Calls_on_builder_and_services_add_to_one_tracker_and_one_hosted_service()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        HostApplicationBuilder builder = Hosts.CreateBuilder(emulator);
        builder.AddTypedEvents(options => options.Project = "first");
        builder.Services.AddTypedEvents(options => options.AppKey = "second");
        builder.AddTypedEvents().UseOutbox(_ => new MemoryOutbox());
        using IHost host = builder.Build();

        Assert.Single(host.Services.GetServices<IHostedService>());
        Assert.Single(host.Services.GetServices<EventTracker>());
        EventTracker tracker = Assert.IsType<EventTracker>(Assert.Single(host.Services.GetServices<IEventTracker>()));
        Assert.Equal("default", tracker.Name);
    }

    [Fact]
    public void What_is_set_last_counts_and_code_counts_more_than_configuration()
    {
        ServiceCollection services = Hosts.Services(Hosts.Configuration(
            ("TypedEvents:ApiKey", "key"), ("TypedEvents:ApiSecret", "secret"), ("TypedEvents:MaxBatchEvents", "5"), ("TypedEvents:AppKey", "configured")));
        EventTrackerOptions? seen = null;
        services.AddTypedEvents(options => options.MaxBatchEvents = 6).Configure(options => options.MaxBatchEvents = 7);
        services.AddTypedEvents().Configure((options, provider) =>
        {
            Assert.NotNull(provider.GetService<IServiceScopeFactory>());
            seen = options;
        });
        using ServiceProvider provider = services.BuildServiceProvider();
        _ = provider.GetRequiredService<IEventTracker>();
        Assert.Equal((7, "configured"), (seen!.MaxBatchEvents, seen.AppKey));
    }

    [Fact]
    public async Task Keyed_services_of_others_before_and_after_do_no_harm()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        ServiceCollection services = Hosts.Services(emulator);
        services.AddKeyedSingleton("other", new Uri("https://example.org"));
        services.AddKeyedSingleton<IEventTracker>("own", (_, _) => throw new NotSupportedException());
        services.AddTypedEvents();
        services.AddKeyedTypedEvents("audit", options => Trackers.Configure(options, emulator));
        services.AddKeyedTransient<object>("later", (_, _) => new object());
        services.AddTypedEvents();
        await using ServiceProvider provider = services.BuildServiceProvider();

        Assert.NotSame(provider.GetRequiredService<IEventTracker>(), provider.GetRequiredKeyedService<IEventTracker>("audit"));
        Assert.Equal("audit", provider.GetRequiredKeyedService<EventTracker>("audit").Name);
    }

    /// <summary>Some containers throw at the first keyed descriptor.</summary>
    [Fact]
    public void The_unnamed_tracker_registers_no_keyed_service()
    {
        var services = new ServiceCollection();
        services.AddTypedEvents();
        Assert.DoesNotContain(services, descriptor => descriptor.IsKeyedService);
    }

    [Fact]
    public void A_tracker_of_the_application_is_not_replaced()
    {
        var services = new ServiceCollection();
        var own = new OwnTracker();
        services.AddSingleton<IEventTracker>(own);
        services.AddTypedEvents();
        using ServiceProvider provider = services.BuildServiceProvider();
        Assert.Same(own, provider.GetRequiredService<IEventTracker>());
    }

    [Theory]
    [InlineData("", "1 to 64 characters")]
    [InlineData("a:b", "colon")]
    [InlineData("Default", "AddTypedEvents")]
    [InlineData("apikey", "name of a setting")]
    public void A_name_that_a_keyed_tracker_cannot_have_is_rejected(string name, string reason)
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => new ServiceCollection().AddKeyedTypedEvents(name));
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_names_that_a_configuration_does_not_distinguish_are_rejected()
    {
        var services = new ServiceCollection();
        services.AddKeyedTypedEvents("audit");
        services.AddKeyedTypedEvents("audit");
        Assert.Contains("'audit'", Assert.Throws<ArgumentException>(() => services.AddKeyedTypedEvents("Audit")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_replacement_takes_the_place_of_every_tracker_whatever_the_order(bool isFirst)
    {
        HostApplicationBuilder builder = Hosts.CreateBuilder();
        var replacement = new Replacement();
        if (isFirst)
        {
            builder.Services.AddSingleton<TrackerReplacement>(replacement);
        }

        builder.AddTypedEvents();
        builder.AddKeyedTypedEvents("audit");
        builder.Services.TryAddSingleton<TrackerReplacement>(replacement);
        using IHost host = builder.Build();
        await host.StartAsync();

        Assert.Same(replacement.GetTracker(null), host.Services.GetRequiredService<IEventTracker>());
        Assert.Same(replacement.GetTracker("audit"), host.Services.GetRequiredKeyedService<IEventTracker>("audit"));
        Assert.Contains("IEventTracker", Assert.Throws<InvalidOperationException>(host.Services.GetRequiredService<EventTracker>).Message, StringComparison.Ordinal);
        await host.StopAsync();
    }

    private sealed class Replacement : TrackerReplacement
    {
        private readonly OwnTracker _unnamed = new();
        private readonly OwnTracker _keyed = new();

        public override IEventTracker GetTracker(string? name) => name is null ? _unnamed : _keyed;
    }

    private sealed class OwnTracker : IEventTracker
    {
        public TrackResult Track<TEvent>(EngageUser user, TEvent value, EventContext context = default)
            where TEvent : IEngageEvent<TEvent> => TrackResult.Accepted;

        public ValueTask<TrackResult> TrackAsync<TEvent>(EngageUser user, TEvent value, EventContext context = default, CancellationToken cancellationToken = default)
            where TEvent : IEngageEvent<TEvent> => new(TrackResult.Accepted);

        public ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }
}
