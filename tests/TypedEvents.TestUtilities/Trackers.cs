using Microsoft.Extensions.Time.Testing;
using TypedEvents.Emulator;

namespace TypedEvents.TestUtilities;

/// <summary>The parts of a <see cref="TrackerScenario"/>, for tests that need another composition, and the invariants that every test of a tracker asserts.</summary>
public static class Trackers
{
    public const string ApiKey = "key-9d1f04";
    public const string ApiSecret = "secret-77c2be";

    /// <summary>The logs and emulators of the running test: the logs must hold no credentials and nothing of the events.</summary>
    private static readonly AsyncLocal<TestSecrets?> Secrets = new();

    public static readonly Euid Alice = new(10000091198);
    public static readonly Euid Bob = new(10000091199);

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Task<EngageLabEmulator> StartEmulatorAsync() =>
        EngageLabEmulator.StartAsync(new EmulatorOptions { ApiKey = ApiKey, ApiSecret = ApiSecret }, Cancellation);

    public static EventTracker Create(EngageLabEmulator emulator, Action<EventTrackerOptions>? configure = null) =>
        EventTracker.Create(options =>
        {
            Configure(options, emulator);
            configure?.Invoke(options);
            options.LoggerFactory = (Secrets.Value ??= new TestSecrets()).Watch(emulator, options.LoggerFactory);
        });

    /// <summary>Sets a tracker's options to report to an emulator, with timeouts that no test reaches: the host may be busy.</summary>
    public static void Configure(EventTrackerOptions options, EngageLabEmulator emulator)
    {
        options.BaseAddress = emulator.BaseAddress;
        options.AllowInsecureLoopback = true;
        options.ApiKey = ApiKey;
        options.ApiSecret = ApiSecret;
        options.AttemptTimeout = TimeSpan.FromMinutes(10);
        options.FlushTimeout = TimeSpan.FromHours(1);
        options.ShutdownTimeout = TimeSpan.FromMinutes(5);
    }

    public static EngageApi CreateApi(EngageLabEmulator emulator, Action<EngageApiOptions>? configure = null)
    {
        var options = new EngageApiOptions
        {
            BaseAddress = emulator.BaseAddress,
            AllowInsecureLoopback = true,
            ApiKey = ApiKey,
            ApiSecret = ApiSecret,
            Timeout = TimeSpan.FromMinutes(10),
        };
        configure?.Invoke(options);
        return new EngageApi(options);
    }

    /// <summary>A clock that stands still until a test moves it.</summary>
    public static FakeTimeProvider FakeClock() => new(new DateTimeOffset(2026, 5, 4, 3, 2, 1, TimeSpan.Zero));

    /// <summary>
    /// Asserts both accounting invariants, that the tracker and the outbox agree on the number of events that one gave the other, and that
    /// the logs of the test hold neither credentials nor anything of an event.
    /// </summary>
    public static void AssertAccountingInvariants(FlushResult result, long tracked)
    {
        Secrets.Value?.AssertNotLogged();
        TrackerStatistics tracker = result.Tracker;
        Assert.NotNull(result.Outbox);
        OutboxStatistics outbox = result.Outbox;
        Assert.Equal(tracked, tracker.Tracked);
        Assert.Equal(tracker.Tracked, tracker.Buffered + tracker.Appended + tracker.Dropped.Total);
        Assert.Equal(tracker.Appended, outbox.Appended);
        Assert.Equal(outbox.Appended, outbox.Delivered + outbox.Pending + outbox.DeadLetters + outbox.Discarded.Total);
    }
}
