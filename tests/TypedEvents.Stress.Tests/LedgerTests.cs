using TypedEvents.Emulator;
using TypedEvents.Outbox.Sqlite;

namespace TypedEvents.Stress.Tests;

/// <summary>The comparison that the kill tests trust finds what is wrong.</summary>
public sealed class LedgerTests : IDisposable
{
    private static readonly Euid User = new(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("typedevents-").FullName;

    private string OutboxPath => Path.Combine(_folder, "events.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task All_is_well_where_all_that_was_acknowledged_arrived_in_order_under_its_id()
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
    public async Task It_finds_what_is_lost_and_what_statistics_do_not_count()
    {
        KillReport report = await CompareAsync(["acknowledged 1 1 0 -", "acknowledged 1 1 1 -"], tracker => tracker.Track(User, new Tick(1, 1, 0, IsBad: false)));
        Assert.Equal(1, report.Lost);
        Assert.Equal(1, report.WrongStatistics);
        Assert.False(report.IsClean);
    }

    [Fact]
    public async Task It_finds_second_ids_and_others_than_were_acknowledged()
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
    public async Task It_finds_what_arrived_under_another_users_EUID()
    {
        KillReport report = await CompareAsync(["acknowledged 1 1 0 -"], tracker => tracker.Track(new Euid(2), new Tick(1, 1, 0, IsBad: false)));
        Assert.Equal(1, report.WrongUsers);
        Assert.False(report.IsClean);
    }

    [Fact]
    public async Task It_finds_what_arrived_before_an_earlier_one_of_its_user()
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
    public async Task It_finds_what_arrived_before_what_another_process_had_appended_before()
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
    public async Task It_finds_that_what_was_accepted_before_a_kill_was_not_sent_again()
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
