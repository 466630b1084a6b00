using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace TypedEvents.Hosting.Tests;

/// <summary>When trackers are started, flushed and disposed, by a host and without one.</summary>
public sealed class LifetimeTests
{
    [Fact]
    public async Task A_container_that_is_disposed_synchronously_delivers_what_is_buffered()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        ServiceCollection services = Hosts.Services(emulator);
        services.AddTypedEvents();
        EventTracker tracker;
        using (ServiceProvider provider = services.BuildServiceProvider())
        {
            tracker = provider.GetRequiredService<EventTracker>();
            Assert.Same(tracker, provider.GetRequiredService<IEventTracker>());
            tracker.Track(Trackers.Alice, new PageViewed("/"));
        }

        Assert.Equal(1, emulator.EventCount);
        Trackers.AssertAccountingInvariants(await tracker.StopAsync(), tracked: 1);
    }

    [Fact]
    public async Task What_is_tracked_while_the_host_stops_arrives()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        HostApplicationBuilder builder = Hosts.CreateBuilder(emulator);
        builder.Services.AddHostedService<TracksWhileStopping>();
        builder.AddTypedEvents();
        builder.Services.AddSingleton<TracksInDispose>();
        EventTracker tracker;
        using (IHost host = builder.Build())
        {
            tracker = host.Services.GetRequiredService<EventTracker>();
            _ = host.Services.GetRequiredService<TracksInDispose>();
            await host.StartAsync();
            await host.StopAsync();

            // What was tracked in a StoppedAsync after the flush is sent when the tracker is disposed.
            Assert.Contains(emulator.Events, one => one.Properties!.Value.GetProperty("path").GetString() == "/stop");
        }

        Assert.Equal(["/dispose", "/stop", "/stopped"], emulator.Events.Select(one => one.Properties!.Value.GetProperty("path").GetString()).Order());
        Trackers.AssertAccountingInvariants(await tracker.StopAsync(), tracked: 3);
    }

    [Fact]
    public async Task What_was_tracked_before_a_start_that_fails_arrives()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        HostApplicationBuilder builder = Hosts.CreateBuilder(emulator);
        builder.AddTypedEvents();
        builder.Services.AddHostedService<FailsToStart>();
        using (IHost host = builder.Build())
        {
            await Assert.ThrowsAsync<NotSupportedException>(() => host.StartAsync());
        }

        Assert.Single(emulator.Events);
    }

    [Fact]
    public async Task A_backlog_is_sent_though_nobody_has_resolved_the_tracker()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        var made = new TaskCompletionSource();
        HostApplicationBuilder builder = Hosts.CreateBuilder(emulator);
        builder.AddTypedEvents().UseOutbox(_ =>
        {
            made.SetResult();
            return new MemoryOutbox();
        });
        using IHost host = builder.Build();
        Assert.False(made.Task.IsCompleted);
        await host.StartAsync();
        Assert.True(made.Task.IsCompleted);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_stop_before_the_start_is_harmless()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        ServiceCollection services = Hosts.Services(emulator);
        services.AddTypedEvents();
        await using ServiceProvider provider = services.BuildServiceProvider();
        IHostedService hosted = Assert.Single(provider.GetServices<IHostedService>());
        await hosted.StopAsync(new CancellationToken(canceled: true));
        await hosted.StopAsync(CancellationToken.None);
    }

    /// <summary>A program's own thread disposes the host of a <c>WebApplicationFactory</c> while the factory stops it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stop_of_a_host_whose_container_is_disposed_meanwhile_does_not_throw(bool isStarted)
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        ServiceCollection services = Hosts.Services(emulator);
        services.AddTypedEvents();
        IHostedLifecycleService hosted;
        await using (ServiceProvider provider = services.BuildServiceProvider())
        {
            hosted = Assert.IsAssignableFrom<IHostedLifecycleService>(Assert.Single(provider.GetServices<IHostedService>()));
            if (isStarted)
            {
                await hosted.StartingAsync(CancellationToken.None);
                provider.GetRequiredService<IEventTracker>().Track(Trackers.Alice, new PageViewed("/"));
            }
        }

        await hosted.StopAsync(CancellationToken.None);
        await hosted.StoppedAsync(CancellationToken.None);
        Assert.Equal(isStarted ? 1 : 0, emulator.EventCount);
    }

    [Fact]
    public async Task A_host_that_calls_only_start_and_stop_flushes_too()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        ServiceCollection services = Hosts.Services(emulator);
        services.AddTypedEvents();
        await using ServiceProvider provider = services.BuildServiceProvider();
        IHostedService hosted = Assert.Single(provider.GetServices<IHostedService>());
        await hosted.StartAsync(CancellationToken.None);
        provider.GetRequiredService<IEventTracker>().Track(Trackers.Alice, new PageViewed("/"));
        await hosted.StopAsync(CancellationToken.None);
        Assert.Single(emulator.Events);
    }

    [Fact]
    public async Task A_stop_whose_time_is_over_hands_the_buffer_to_the_outbox()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        emulator.RespondWith(EmulatorBehavior.Respond(503));
        ServiceCollection services = Hosts.Services(emulator);
        services.AddTypedEvents(options => options.ShutdownTimeout = TimeSpan.Zero);
        await using ServiceProvider provider = services.BuildServiceProvider();
        IHostedService hosted = Assert.Single(provider.GetServices<IHostedService>());
        await hosted.StartAsync(CancellationToken.None);
        EventTracker tracker = provider.GetRequiredService<EventTracker>();
        tracker.Track(Trackers.Alice, new PageViewed("/"));
        await hosted.StopAsync(new CancellationToken(canceled: true));
        Assert.Equal((1, 0), (tracker.Statistics.Appended, tracker.Statistics.Buffered));
    }

    [Fact]
    public async Task An_outbox_that_can_never_be_used_fails_the_start_and_one_that_is_down_does_not()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using (IHost host = Build(new OutboxUnusableException("It is for another project.")))
        {
            OutboxUnusableException exception = await Assert.ThrowsAsync<OutboxUnusableException>(() => host.StartAsync());
            Assert.Contains("another project", exception.Message, StringComparison.Ordinal);
        }

        using (IHost host = Build(new IOException("The database is down.")))
        {
            await host.StartAsync();
            Assert.Contains("The database is down", host.Services.GetRequiredService<EventTracker>().Delivery.Problem, StringComparison.Ordinal);
        }

        IHost Build(Exception failure)
        {
            HostApplicationBuilder builder = Hosts.CreateBuilder(emulator);
            builder.AddTypedEvents(options => options.ShutdownTimeout = TimeSpan.Zero).UseOutbox(_ => new UnopenedOutbox(failure));
            return builder.Build();
        }
    }

    [Fact]
    public async Task Without_a_host_the_trackers_are_started_and_flushed_by_the_container()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        ServiceCollection services = Hosts.Services(emulator);
        services.AddTypedEvents();
        services.AddKeyedTypedEvents("audit", options => Trackers.Configure(options, emulator));
        await using ServiceProvider provider = services.BuildServiceProvider();
        await provider.StartTypedEventsAsync(Trackers.Cancellation);
        provider.GetRequiredService<IEventTracker>().Track(Trackers.Alice, new PageViewed("/"));
        provider.GetRequiredKeyedService<IEventTracker>("audit").Track(Trackers.Alice, new PageViewed("/audit"));

        IReadOnlyDictionary<string, FlushResult> results = await provider.FlushTypedEventsAsync(Trackers.Cancellation);

        Assert.Equal(["audit", "default"], results.Keys.Order());
        Assert.All(results.Values, result => Trackers.AssertAccountingInvariants(result, tracked: 1));
        Assert.Equal(2, emulator.EventCount);
    }

    [Theory]
    [InlineData("invalid")]
    [InlineData("throws")]
    [InlineData("outbox factory")]
    public async Task An_outbox_of_options_that_cannot_be_used_is_disposed(string fault)
    {
        var outbox = new DisposalWatch();
        ServiceCollection services = Hosts.Services(Hosts.Configuration(("TypedEvents:ApiKey", "k"), ("TypedEvents:ApiSecret", "s")));
        TypedEventsBuilder builder = services.AddTypedEvents(options => options.Outbox = outbox);
        _ = fault switch
        {
            "invalid" => builder.Configure(options => options.MaxBatchEvents = 0),
            "throws" => builder.Configure(_ => throw new InvalidOperationException("There is no vault.")),
            _ => builder.UseHttpClientFactory(client => client.ConfigurePrimaryHttpMessageHandler(_ => throw new InvalidOperationException("There is no certificate."))),
        };
        await using ServiceProvider provider = services.BuildServiceProvider();

        Assert.ThrowsAny<Exception>(provider.GetRequiredService<EventTracker>);

        Assert.True(outbox.IsDisposed);
    }

    [Fact]
    public async Task An_outbox_of_a_tracker_that_is_not_made_because_another_one_cannot_be_is_disposed()
    {
        (string, string?)[] settings = [("TypedEvents:ApiKey", "k"), ("TypedEvents:ApiSecret", "s"), ("TypedEvents:audit:ApiKey", "k"), ("TypedEvents:audit:ApiSecret", "s")];
        var outbox = new DisposalWatch();
        ServiceCollection services = Hosts.Services(Hosts.Configuration(settings));
        services.AddTypedEvents().UseOutbox(_ => throw new InvalidOperationException("There is no folder."));
        services.AddKeyedTypedEvents("audit", options => options.Outbox = outbox);
        await using (ServiceProvider provider = services.BuildServiceProvider())
        {
            Assert.Equal("There is no folder.", (await Assert.ThrowsAsync<InvalidOperationException>(() => provider.StartTypedEventsAsync(Trackers.Cancellation).AsTask())).Message);
        }

        Assert.True(outbox.IsDisposed);
    }

    [Fact]
    public async Task Without_a_tracker_flushing_says_what_to_call()
    {
        await using ServiceProvider provider = new ServiceCollection().BuildServiceProvider();
        InvalidOperationException exception = await Assert.ThrowsAsync<InvalidOperationException>(() => provider.FlushTypedEventsAsync().AsTask());
        Assert.Contains("AddTypedEvents", exception.Message, StringComparison.Ordinal);
    }

    private sealed class TracksWhileStopping(IEventTracker tracker) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            tracker.Track(Trackers.Alice, new PageViewed("/stop"));
            return Task.CompletedTask;
        }

        public Task StoppedAsync(CancellationToken cancellationToken)
        {
            tracker.Track(Trackers.Alice, new PageViewed("/stopped"));
            return Task.CompletedTask;
        }
    }

    private sealed class TracksInDispose(IEventTracker tracker) : IDisposable
    {
        public void Dispose() => tracker.Track(Trackers.Alice, new PageViewed("/dispose"));
    }

    private sealed class FailsToStart(IEventTracker tracker) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            tracker.Track(Trackers.Alice, new PageViewed("/"));
            throw new NotSupportedException();
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class UnopenedOutbox(Exception failure) : DelegatingOutbox(new MemoryOutbox())
    {
        public override ValueTask OpenAsync(OutboxOpening opening, CancellationToken cancellationToken) => throw failure;
    }
}
