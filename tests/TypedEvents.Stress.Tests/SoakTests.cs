using TypedEvents.Emulator;
using TypedEvents.Outbox.Sqlite;

namespace TypedEvents.Stress.Tests;

/// <summary>A short soak run is clean, and its verifier detects each kind of violation.</summary>
public sealed class SoakTests : IDisposable
{
    private static readonly Euid User = new(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("typedevents-").FullName;

    private string OutboxPath => Path.Combine(_folder, "events.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Random_faults_of_server_disk_and_clock_lose_no_event_and_leave_the_statistics_correct()
    {
        int seed = Environment.TickCount;
        SoakReport report = await new SoakRun(ChildHost.Jit, seed).RunAsync(TimeSpan.FromSeconds(8));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{report.Requests} requests, {report.KindsOfFaults} kinds of faults, {report.Kills} kills, {report.FullDisks} full disks ({report.Disk}), {report.Acknowledged} acknowledged, {report.Statistics}");
        Assert.True(report.IsClean, $"Seed {seed}: {string.Join("; ", report.Violations)}");
        Assert.True(report.Acknowledged > 100 && report.Statistics.Delivered > 0);
    }

    [Fact]
    public async Task It_finds_lost_events_and_events_sent_without_being_read()
    {
        SoakReport report = await JudgeAsync(
            ["acknowledged 1 1 0 -", "acknowledged 1 1 1 -"],
            tracker => tracker.Track(User, new Tick(1, 1, 0, IsBad: false)));
        Assert.Contains(report.Violations, violation => violation.Contains("Number = 1 } was acknowledged but is lost", StringComparison.Ordinal));
        Assert.Contains(report.Violations, violation => violation.Contains("before any process had read it", StringComparison.Ordinal));
        Assert.Contains(report.Violations, violation => violation.Contains("2 were acknowledged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_finds_events_that_arrived_before_an_earlier_event_of_their_user()
    {
        SoakReport report = await JudgeAsync(
            ["placed 1 1 0 2", "placed 1 2 0 1"],
            tracker =>
            {
                tracker.Track(User, new Tick(1, 1, 0, IsBad: false));
                tracker.Track(User, new Tick(1, 2, 0, IsBad: false));
            });
        Assert.Contains("was never quarantined", Assert.Single(report.Violations), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_accepts_an_event_as_sent_alone_even_if_the_server_never_processed_that_request()
    {
        SoakReport report = await JudgeAsync(
            ["placed 1 1 0 2", "placed 1 2 0 1", "alone 1 2 0 1 -1"],
            tracker =>
            {
                tracker.Track(User, new Tick(1, 1, 0, IsBad: false));
                tracker.Track(User, new Tick(1, 2, 0, IsBad: false));
            });
        Assert.Empty(report.Violations);
    }

    [Fact]
    public async Task It_finds_second_ids_and_other_users()
    {
        SoakReport report = await JudgeAsync(
            ["placed 1 1 0 1", "acknowledged 1 1 0 a", "placed 2 1 0 3"],
            tracker =>
            {
                tracker.Track(User, new Tick(1, 1, 0, IsBad: false), new EventContext(RandomId: "a"));
                tracker.Track(User, new Tick(1, 1, 0, IsBad: false), new EventContext(RandomId: "b"));
                tracker.Track(User, new Tick(2, 1, 0, IsBad: false));
            });
        Assert.Contains(report.Violations, violation => violation.Contains("two ids", StringComparison.Ordinal));
        Assert.Contains(report.Violations, violation => violation.Contains("a different id than was acknowledged", StringComparison.Ordinal));
        Assert.Contains(report.Violations, violation => violation.Contains("another user's EUID", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_finds_dead_letters_without_evidence()
    {
        // The server rejects the event, and the verifier has no record of that.
        SoakReport report = await JudgeAsync(
            ["placed 1 1 0 1", "placed 1 1 1 2"],
            tracker =>
            {
                tracker.Track(User, new Tick(1, 1, 0, IsBad: false));
                tracker.Track(User, new Tick(1, 1, 1, IsBad: false));
            },
            rejected: 0);
        Assert.Contains(report.Violations, violation => violation.Contains("without evidence", StringComparison.Ordinal));
    }

    private async Task<SoakReport> JudgeAsync(string[] lines, Action<EventTracker> track, int? rejected = null)
    {
        var faults = new SoakFaults(1);
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        emulator.RespondWith(faults.Choose);
        emulator.RejectEvents(received => received.Properties!.Value.GetProperty("number").GetInt32() == rejected);
        using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.Add(KillingHandler.ProcessHeader, "1");
        await using (EventTracker tracker = EventTracker.Create(options =>
        {
            options.BaseAddress = emulator.BaseAddress;
            options.AllowInsecureLoopback = true;
            options.ApiKey = "local";
            options.ApiSecret = "local";
            options.HttpClient = client;
            options.AttemptTimeout = TimeSpan.FromMinutes(10);
            options.ShutdownTimeout = TimeSpan.FromMinutes(5);
            options.Outbox = SqliteOutbox.Open(OutboxPath);
        }))
        {
            track(tracker);
        }

        var judge = new SoakVerifier(emulator, faults);
        judge.Note(lines);
        return await judge.CloseAsync(OutboxPath);
    }
}
