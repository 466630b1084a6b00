using System.Text.Json;
using TypedEvents.Emulator;
using TypedEvents.Outbox.Sqlite;

namespace TypedEvents.Stress.Tests;

/// <summary>The state of a SQLite outbox survives the process.</summary>
public sealed class RestartTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("typedevents-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Known_users_are_not_registered_again_after_a_restart()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        for (int process = 1; process <= 3; process++)
        {
            await using EventTracker tracker = Create(emulator);
            for (int user = 0; user < 150; user++)
            {
                tracker.Track(EngageUser.UserId($"user-{user}"), new Tick(user, process, 0, IsBad: false));
            }

            FlushResult result = await tracker.StopAsync(Cancellation);
            Assert.Equal(FlushOutcome.Settled, result.Outcome);
            Assert.Equal(150 * process, result.Outbox!.Delivered);
            Assert.Equal(0, result.Outbox!.PendingRegistration);
        }

        string[] asked = [.. emulator.Requests.Where(request => request.Path == "/v1/user/register").SelectMany(IdsOf)];
        Assert.Equal(150, asked.Length);
        Assert.Equal(150, asked.Distinct().Count());
        Assert.All(emulator.Users, user => Assert.Equal(3, emulator.Events.Count(received => received.Euid == user.Value)));
    }

    [Fact]
    public async Task Events_pending_registration_still_have_their_users_external_id_after_a_restart()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        emulator.RespondWith(request => request.Path == "/v1/user/register" ? EmulatorBehavior.Respond(401, 40050) : EmulatorBehavior.Normal);
        await using (EventTracker tracker = Create(emulator))
        {
            tracker.Track(EngageUser.AnonymousId("visitor-7"), new Tick(1, 1, 0, IsBad: false));
            FlushResult blocked = await tracker.StopAsync(Cancellation);
            Assert.Equal(FlushOutcome.Blocked, blocked.Outcome);
            Assert.Equal(1, blocked.Outbox!.PendingRegistration);
        }

        emulator.RespondNormally();
        await using EventTracker next = Create(emulator);
        FlushResult settled = await next.StopAsync(Cancellation);

        Assert.Equal(FlushOutcome.Settled, settled.Outcome);
        Assert.Equal(emulator.Users[new UserIdentity("anonymous_id", "visitor-7")], Assert.Single(emulator.Events).Euid);
    }

    private static string[] IdsOf(ReceivedRequest registration)
    {
        using var body = JsonDocument.Parse(registration.Body);
        return [.. body.RootElement.GetProperty("identity_values").EnumerateArray().Select(id => id.GetString()!)];
    }

    private EventTracker Create(EngageLabEmulator emulator) => EventTracker.Create(options =>
    {
        options.BaseAddress = emulator.BaseAddress;
        options.AllowInsecureLoopback = true;
        options.ApiKey = "local";
        options.ApiSecret = "local";
        options.AttemptTimeout = TimeSpan.FromMinutes(10);
        options.ShutdownTimeout = TimeSpan.FromMinutes(5);
        options.Outbox = SqliteOutbox.Open(Path.Combine(_folder, "events.db"));
    });
}
