using TypedEvents.Emulator;
using TypedEvents.Outbox.Sqlite;

namespace TypedEvents.Stress.Tests;

/// <summary>The comparison that the kill tests rely on detects each kind of violation.</summary>
public sealed class LedgerTests : IDisposable
{
    private static readonly Euid User = new(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("typedevents-").FullName;

    private string OutboxPath => Path.Combine(_folder, "events.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_report_is_clean_if_every_acknowledged_event_arrived_in_order_under_its_id()
    {
        KillReport report = await CompareAsync(
            ["acknowledged 1 1 0 a", "acknowledged 1 1 1 -"],
            tracker =>
            {
                tracker.Track(User, new Tick(1, 1, 0, IsBad: false), new EventContext(RandomId: "a"));
                tracker.Track(User, new Tick(1, 1, 1, IsBad: false));
            });
        Assert.True(report.IsClean);
        Assert.Equal(2, report.Delivered);
    }

    [Fact]
    public async Task It_finds_lost_events_and_statistics_that_do_not_count_them()
    {
        KillReport report = await CompareAsync(["acknowledged 1 1 0 -", "acknowledged 1 1 1 -"], tracker => tracker.Track(User, new Tick(1, 1, 0, IsBad: false)));
        Assert.Equal(1, report.Lost);
        Assert.Equal(1, report.WrongStatistics);
        Assert.False(report.IsClean);
    }

    [Fact]
    public async Task It_finds_second_ids_and_ids_that_differ_from_the_acknowledged_ones()
    {
        KillReport report = await CompareAsync(
            ["acknowledged 1 1 0 a", "acknowledged 1 1 1 b"],
            tracker =>
            {
                tracker.Track(User, new Tick(1, 1, 0, IsBad: false), new EventContext(RandomId: "a"));
                tracker.Track(User, new Tick(1, 1, 0, IsBad: false), new EventContext(RandomId: "other"));
                tracker.Track(User, new Tick(1, 1, 1, IsBad: false), new EventContext(RandomId: "not b"));
            });
        Assert.Equal(3, report.SecondIds);
    }

    [Fact]
    public async Task It_finds_events_under_another_users_EUID()
    {
        KillReport report = await CompareAsync(["acknowledged 1 1 0 -"], tracker => tracker.Track(new Euid(2), new Tick(1, 1, 0, IsBad: false)));
        Assert.Equal(1, report.WrongUsers);
        Assert.False(report.IsClean);
    }

    [Fact]
    public async Task It_finds_events_that_arrived_before_an_earlier_event_of_their_user()
    {
        KillReport report = await CompareAsync(
            [],
            tracker =>
            {
                tracker.Track(User, new Tick(1, 1, 1, IsBad: false));
                tracker.Track(User, new Tick(1, 1, 0, IsBad: false));
                tracker.Track(User, new Tick(1, 2, 0, IsBad: true));
            });
        Assert.Equal(1, report.OutOfOrder);
        Assert.Equal(1, report.Misjudged);
    }

    [Fact]
    public async Task It_finds_events_that_arrived_before_an_earlier_event_of_another_process()
    {
        KillReport report = await CompareAsync(
            ["placed 1 1 0 2", "placed 1 2 0 1"],
            tracker =>
            {
                tracker.Track(User, new Tick(1, 1, 0, IsBad: false));
                tracker.Track(User, new Tick(1, 2, 0, IsBad: false));
            });
        Assert.Equal(1, report.OutOfOrder);
        Assert.NotNull(report.Finding);
    }

    [Fact]
    public async Task It_finds_that_an_unsettled_event_was_not_sent_again_after_a_kill()
    {
        KillReport report = await CompareAsync(
            ["step AfterPost"],
            tracker => tracker.Track(User, new Tick(1, 1, 0, IsBad: false)));
        Assert.Equal(1, report.NotSentAgain);
        Assert.Equal(1, report.StepKills[KillStep.AfterPost]);
        Assert.False(report.IsClean);
    }

    private async Task<KillReport> CompareAsync(string[] acknowledged, Action<EventTracker> track)
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await using (EventTracker tracker = EventTracker.Create(options =>
        {
            options.BaseAddress = emulator.BaseAddress;
            options.AllowInsecureLoopback = true;
            options.ApiKey = "local";
            options.ApiSecret = "local";
            options.AttemptTimeout = TimeSpan.FromMinutes(10);
            options.ShutdownTimeout = TimeSpan.FromMinutes(5);
            options.Outbox = SqliteOutbox.Open(OutboxPath);
        }))
        {
            track(tracker);
        }

        var ledger = new Ledger(isOrderKept: true);
        ledger.Note(1, acknowledged);
        return await ledger.CloseAsync(OutboxPath, emulator);
    }
}
