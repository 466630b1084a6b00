using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TypedEvents.Outbox;

namespace TypedEvents.Testing.Tests;

/// <summary>The trackers of an application's container are replaced for a test.</summary>
public sealed class ContainerTests
{
    private static readonly EngageUser User = EngageUser.UserId("user-42");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_tracker_is_replaced_whatever_the_order(bool isTestingFirst)
    {
        var services = new ServiceCollection();
        if (isTestingFirst)
        {
            services.AddTypedEventsTesting();
        }

        services.AddTypedEvents();
        services.AddKeyedTypedEvents("billing");
        if (!isTestingFirst)
        {
            services.AddTypedEventsTesting();
        }

        await using ServiceProvider provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        provider.GetRequiredService<IEventTracker>().TrackPageViewed(User, "/");
        provider.GetRequiredKeyedService<IEventTracker>("billing").TrackOrderPlacedAgain(User, 1);

        Assert.Equal("/", provider.GetRecordingTracker().Single<PageViewed>().Value.Path);
        Assert.Equal(1, provider.GetRecordingTracker("billing").Single<OrderPlacedAgain>().Value.Number);
        provider.GetRecordingTracker("billing").None<PageViewed>();
        Assert.Contains("Depend on IEventTracker", Assert.Throws<InvalidOperationException>(provider.GetRequiredService<EventTracker>).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_in_production_starts_and_stops_without_credentials()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = Environments.Production });
        builder.AddTypedEvents();
        builder.Services.AddTypedEventsTesting();
        using IHost host = builder.Build();

        await host.StartAsync(Token);
        host.Services.GetRequiredService<IEventTracker>().TrackPageViewed(User, "/");
        IReadOnlyDictionary<string, FlushResult> flushed = await host.Services.FlushTypedEventsAsync(Token);
        await host.StopAsync(Token);

        Assert.Equal(1, flushed["default"].Outbox!.Delivered);
        host.Services.GetRecordingTracker().Single<PageViewed>();
    }

    [Fact]
    public void The_filter_and_the_limits_are_the_applications_and_the_test_has_the_last_word()
    {
        var services = new ServiceCollection();
        services.AddTypedEvents(options => options.Filter = (_, name) => name != "page_viewed")
            .Configure(_ => throw new InvalidOperationException("There is no secret here."))
            .Configure(options => options.MaxStringBytes = 4);
        services.AddKeyedTypedEvents("billing", options => options.Filter = (_, name) => name == "page_viewed");
        services.AddTypedEventsTesting(options => options.MaxStringBytes = 5);
        services.AddTypedEventsTesting(options => options.ValidationFailures = ValidationFailurePolicy.OmitProperty);
        using ServiceProvider provider = services.BuildServiceProvider();
        IEventTracker tracker = provider.GetRequiredService<IEventTracker>();

        Assert.Equal(TrackResult.Filtered, tracker.TrackPageViewed(User, "/"));
        tracker.TrackOrderPlaced(User, Guid.Empty, 1, "123456");
        tracker.TrackSeatTaken(User, 41, 'A');

        Assert.Contains("\"note\":\"12345\"", provider.GetRecordingTracker().Single<OrderPlaced>().Json, StringComparison.Ordinal);
        Assert.Equal("""{"seat":"A"}""", provider.GetRecordingTracker().Single<SeatTaken>().PropertiesJson);
        Assert.Equal(TrackResult.Accepted, provider.GetRequiredKeyedService<IEventTracker>("billing").TrackPageViewed(User, "/"));
        Assert.Equal(TrackResult.Filtered, provider.GetRequiredKeyedService<IEventTracker>("billing").TrackOrderPlacedAgain(User, 1));
    }

    [Fact]
    public void What_the_application_sets_afterwards_counts_and_its_outbox_is_disposed_whatever_that_throws()
    {
        var outbox = new FaultyOutbox();
        var services = new ServiceCollection();
        services.AddTypedEvents(options => options.Outbox = outbox);
        services.PostConfigure<EventTrackerOptions>(options => options.Filter = (_, name) => name != "page_viewed");
        services.AddTypedEventsTesting();
        using ServiceProvider provider = services.BuildServiceProvider();

        Assert.Equal(TrackResult.Filtered, provider.GetRequiredService<IEventTracker>().TrackPageViewed(User, "/"));

        Assert.True(outbox.IsDisposed);
    }

    [Fact]
    public void A_tracker_that_the_application_registers_itself_is_replaced_too()
    {
        var services = new ServiceCollection();
        using var own = new RecordingTracker();
        services.AddSingleton<IEventTracker>(own);
        services.AddTypedEventsTesting();
        using ServiceProvider provider = services.BuildServiceProvider();

        provider.GetRequiredService<IEventTracker>().TrackPageViewed(User, "/");

        provider.GetRecordingTracker().Single<PageViewed>();
        own.Nothing();
    }

    [Fact]
    public void Two_containers_share_nothing()
    {
        using ServiceProvider one = new ServiceCollection().AddTypedEventsTesting().BuildServiceProvider();
        using ServiceProvider other = new ServiceCollection().AddTypedEventsTesting().BuildServiceProvider();

        one.GetRequiredService<IEventTracker>().TrackPageViewed(User, "/");

        one.GetRecordingTracker().Single<PageViewed>();
        other.GetRecordingTracker().Nothing();
    }

    [Fact]
    public void A_missing_registration_is_named()
    {
        using ServiceProvider without = new ServiceCollection().BuildServiceProvider();
        using ServiceProvider with = new ServiceCollection().AddTypedEventsTesting().BuildServiceProvider();

        Assert.Contains("AddTypedEventsTesting", Assert.Throws<InvalidOperationException>(() => without.GetRecordingTracker()).Message, StringComparison.Ordinal);
        Assert.Contains("'billing'", Assert.Throws<InvalidOperationException>(() => with.GetRecordingTracker("billing")).Message, StringComparison.Ordinal);
    }

    private sealed class FaultyOutbox() : DelegatingOutbox(new MemoryOutbox())
    {
        public bool IsDisposed { get; private set; }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await Task.Yield();
            IsDisposed = true;
            throw new IOException("The disk is gone.");
        }
    }
}
