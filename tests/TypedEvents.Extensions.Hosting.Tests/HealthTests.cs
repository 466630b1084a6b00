using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace TypedEvents.Hosting.Tests;

/// <summary>The health check: what it reports, and that it sends nothing.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task A_tracker_that_delivers_is_healthy()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using ServiceProvider provider = Build(emulator);
        await provider.StartTypedEventsAsync(Trackers.Cancellation);
        provider.GetRequiredService<IEventTracker>().Track(Trackers.Alice, new PageViewed("/"));
        await provider.FlushTypedEventsAsync(Trackers.Cancellation);

        HealthReportEntry entry = await CheckAsync(provider);

        Assert.Equal(HealthStatus.Healthy, entry.Status);
        Assert.Equal(["typedevents"], entry.Tags);
        Assert.Equal((0L, 0L, false), (entry.Data["pending"], entry.Data["deadLetters"], entry.Data["paused"]));
        Assert.True(entry.Data.ContainsKey("lastAcceptedAt"));
    }

    [Theory]
    [InlineData("report", null, HealthStatus.Degraded)]
    [InlineData("register", null, HealthStatus.Degraded)]
    [InlineData("report", HealthStatus.Unhealthy, HealthStatus.Unhealthy)]
    public async Task A_pause_of_reports_or_registrations_is_degraded_and_the_check_sends_nothing(string endpoint, HealthStatus? failureStatus, HealthStatus expected)
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        emulator.RespondWith(request => request.Path.Contains(endpoint, StringComparison.Ordinal)
            ? EmulatorBehavior.Respond(401, EmulatorCodes.AuthenticationFailed, "wrong key")
            : EmulatorBehavior.Normal);
        await using ServiceProvider provider = Build(emulator, checks => checks.AddTypedEvents(configure: options => options.MaxPause = TimeSpan.Zero, failureStatus: failureStatus));
        await provider.StartTypedEventsAsync(Trackers.Cancellation);
        provider.GetRequiredService<IEventTracker>().Track(EngageUser.UserId("user"), new PageViewed("/"));
        await provider.FlushTypedEventsAsync(Trackers.Cancellation);
        int requests = emulator.RequestCount;

        HealthReportEntry entry = await CheckAsync(provider);

        Assert.Equal(expected, entry.Status);
        Assert.Contains("Configuration", entry.Description, StringComparison.Ordinal);
        Assert.Contains(emulator.BaseAddress.Authority, entry.Description, StringComparison.Ordinal);
        Assert.Equal(requests, emulator.RequestCount);
    }

    [Fact]
    public async Task A_short_pause_is_healthy()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        emulator.RespondWith(EmulatorBehavior.Respond(401, EmulatorCodes.AuthenticationFailed, "wrong key"));
        await using ServiceProvider provider = Build(emulator, checks => checks.AddTypedEvents(configure: options => options.MaxPause = TimeSpan.FromHours(1)));
        await provider.StartTypedEventsAsync(Trackers.Cancellation);
        provider.GetRequiredService<IEventTracker>().Track(Trackers.Alice, new PageViewed("/"));
        await provider.FlushTypedEventsAsync(Trackers.Cancellation);
        HealthReportEntry entry = await CheckAsync(provider);
        Assert.Equal((HealthStatus.Healthy, true), (entry.Status, entry.Data["paused"]));
    }

    [Fact]
    public async Task Old_pending_events_dead_letters_and_held_ones_are_degraded()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        var outbox = new ReportingOutbox();
        await using ServiceProvider provider = Build(emulator, outbox: outbox);
        await provider.StartTypedEventsAsync(Trackers.Cancellation);
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(provider)).Status);

        outbox.Statistics = new OutboxStatistics { Pending = 3, OldestPendingAt = DateTimeOffset.UtcNow - TimeSpan.FromMinutes(6) };
        Assert.Contains("3 events are pending", (await CheckDegradedAsync(provider)).Description, StringComparison.Ordinal);
        outbox.Statistics = new OutboxStatistics { DeadLetters = 2 };
        Assert.Contains("2 dead letters", (await CheckDegradedAsync(provider)).Description, StringComparison.Ordinal);
        outbox.Statistics = new OutboxStatistics { DeadLetters = 1 };
        Assert.Contains("There is 1 dead letter:", (await CheckDegradedAsync(provider)).Description, StringComparison.Ordinal);
        outbox.Statistics = new OutboxStatistics { Held = 4 };
        Assert.Contains("4 events are on hold", (await CheckDegradedAsync(provider)).Description, StringComparison.Ordinal);
        outbox.Failure = new IOException("The disk is gone.");
        Assert.Contains("The disk is gone.", (await CheckDegradedAsync(provider)).Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dead_letters_need_not_matter()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        var outbox = new ReportingOutbox { Statistics = new OutboxStatistics { DeadLetters = 2, Held = 1 } };
        await using ServiceProvider provider = Build(emulator, checks => checks.AddTypedEvents(configure: options => options.DeadLettersMatter = false), outbox);
        await provider.StartTypedEventsAsync(Trackers.Cancellation);
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(provider)).Status);
    }

    [Fact]
    public async Task An_outbox_that_does_not_open_is_degraded()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using ServiceProvider provider = Build(emulator, outbox: new ReportingOutbox { OpeningFailure = new IOException("The database is down.") });
        await provider.StartTypedEventsAsync(Trackers.Cancellation);
        Assert.Contains("The database is down.", (await CheckDegradedAsync(provider)).Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_buffer_is_degraded()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using ServiceProvider provider = Build(emulator, outbox: new BlockableOutbox(new MemoryOutbox()) { IsOpen = false });
        await provider.StartTypedEventsAsync(Trackers.Cancellation);
        IEventTracker tracker = provider.GetRequiredService<IEventTracker>();
        while (tracker.Track(Trackers.Alice, new PageViewed(new string('x', 10_000))) == TrackResult.Accepted)
        {
        }

        Assert.Contains("of the buffer is in use", (await CheckDegradedAsync(provider)).Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tracker_that_is_disabled_on_purpose_is_healthy_and_one_without_credentials_is_degraded()
    {
        ServiceCollection services = Hosts.Services(Hosts.Configuration(("TypedEvents:Enabled", "false")));
        services.AddLogging();
        services.AddTypedEvents();
        services.AddKeyedTypedEvents("audit").WhenNotConfigured(NotConfigured.Disable);
        services.AddHealthChecks().AddTypedEvents().AddTypedEvents("audit");
        await using ServiceProvider provider = services.BuildServiceProvider();
        await provider.StartTypedEventsAsync(Trackers.Cancellation);
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(provider)).Status);
        Assert.Contains("no credentials", (await CheckDegradedAsync(provider, "typedevents-audit")).Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_that_is_added_twice_is_one_and_a_missing_tracker_is_named()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddHealthChecks().AddTypedEvents(tags: ["own"]).AddTypedEvents().AddTypedEvents("audit");
        await using ServiceProvider provider = services.BuildServiceProvider();
        HealthReport report = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(Trackers.Cancellation);
        Assert.Equal(["typedevents", "typedevents-audit"], report.Entries.Keys.Order());
        Assert.Equal(["own"], report.Entries["typedevents"].Tags);
        Assert.Contains("AddTypedEvents", report.Entries["typedevents"].Description, StringComparison.Ordinal);
        Assert.Contains("'audit'", report.Entries["typedevents-audit"].Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_outbox_that_hangs_is_read_once_whatever_the_number_of_probes()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        var outbox = new HangingOutbox();
        await using ServiceProvider provider = Build(emulator, outbox: outbox);
        await provider.StartTypedEventsAsync(Trackers.Cancellation);
        HealthCheckRegistration registration = Assert.Single(provider.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations);
        outbox.Hangs = true;
        Task<HealthCheckResult>[] probes =
        [
            .. Enumerable.Range(0, 5).Select(_ => registration.Factory(provider).CheckHealthAsync(new HealthCheckContext { Registration = registration }, Trackers.Cancellation)),
        ];
        outbox.Release();
        await Task.WhenAll(probes);
        Assert.Equal(1, outbox.Hung);

        HealthCheckResult next = await registration.Factory(provider).CheckHealthAsync(new HealthCheckContext { Registration = registration }, Trackers.Cancellation);
        Assert.Equal((HealthStatus.Healthy, 2), (next.Status, outbox.Hung));
    }

    [Fact]
    public async Task Illegal_options_fail_the_start_together_with_those_of_the_tracker()
    {
        ServiceCollection services = Hosts.Services(Hosts.Configuration(("TypedEvents:MaxBatchEvents", "0"), ("TypedEvents:ApiKey", "k"), ("TypedEvents:ApiSecret", "s")));
        services.AddLogging();
        services.AddTypedEvents();
        services.AddHealthChecks()
            .AddTypedEvents(configure: options =>
            {
                options.MaxPause = TimeSpan.FromTicks(-1);
                options.MaxPendingAge = TimeSpan.FromTicks(-1);
            })
            .AddTypedEvents(configure: options => options.MaxBufferUse = double.NaN);
        await using ServiceProvider provider = services.BuildServiceProvider();

        OptionsValidationException invalid = await Assert.ThrowsAsync<OptionsValidationException>(() => provider.StartTypedEventsAsync(Trackers.Cancellation).AsTask());

        Assert.Equal(4, invalid.Failures.Count());
        Assert.All(
            ["TypedEvents:MaxBatchEvents", "TypedEventsHealthOptions.MaxPause of the health check 'typedevents'", "MaxPendingAge", "MaxBufferUse"],
            part => Assert.Contains(part, invalid.Message, StringComparison.Ordinal));
    }

    private static ServiceProvider Build(EngageLabEmulator emulator, Action<IHealthChecksBuilder>? add = null, IEventOutbox? outbox = null)
    {
        ServiceCollection services = Hosts.Services(emulator);
        services.AddLogging();
        services.RemoveAll<ILoggerFactory>();
        services.AddSingleton<ILoggerFactory>(new CapturingLogger());
        TypedEventsBuilder builder = services.AddTypedEvents(options => options.ShutdownTimeout = TimeSpan.Zero);
        if (outbox is not null)
        {
            builder.UseOutbox(_ => outbox);
        }

        IHealthChecksBuilder checks = services.AddHealthChecks();
        (add ?? (static checks => checks.AddTypedEvents()))(checks);
        return services.BuildServiceProvider();
    }

    private static async Task<HealthReportEntry> CheckAsync(ServiceProvider provider, string name = "typedevents") =>
        (await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(Trackers.Cancellation)).Entries[name];

    private static async Task<HealthReportEntry> CheckDegradedAsync(ServiceProvider provider, string name = "typedevents")
    {
        HealthReportEntry entry = await CheckAsync(provider, name);
        Assert.Equal(HealthStatus.Degraded, entry.Status);
        return entry;
    }

    private sealed class HangingOutbox() : DelegatingOutbox(new MemoryOutbox())
    {
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _hung;

        public bool Hangs { get; set; }

        public int Hung => Volatile.Read(ref _hung);

        public void Release() => _released.SetResult();

        public override async ValueTask<OutboxStatistics?> GetStatisticsAsync(CancellationToken cancellationToken)
        {
            if (Hangs)
            {
                Interlocked.Increment(ref _hung);
                await _released.Task;
            }

            return await base.GetStatisticsAsync(CancellationToken.None);
        }
    }

    private sealed class ReportingOutbox() : DelegatingOutbox(new MemoryOutbox())
    {
        public OutboxStatistics Statistics { get; set; } = new();

        public Exception? Failure { get; set; }

        public Exception? OpeningFailure { get; init; }

        public override ValueTask OpenAsync(OutboxOpening opening, CancellationToken cancellationToken) =>
            OpeningFailure is null ? base.OpenAsync(opening, cancellationToken) : throw OpeningFailure;

        public override ValueTask<OutboxStatistics?> GetStatisticsAsync(CancellationToken cancellationToken) =>
            Failure is null ? new(Statistics) : throw Failure;
    }
}
