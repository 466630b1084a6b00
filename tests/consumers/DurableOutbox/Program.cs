using TypedEvents;
using TypedEvents.Outbox.Sqlite;

string folder = Directory.CreateTempSubdirectory("TypedEvents.DurableOutbox.").FullName;
try
{
    await using EventTracker tracker = EventTracker.Create(options =>
    {
        options.BaseAddress = new Uri(args[0]);
        options.AllowInsecureLoopback = true;
        options.ApiKey = "local";
        options.ApiSecret = "local";
        options.Outbox = SqliteOutbox.Open(Path.Combine(folder, "events.db"));
    });

    await tracker.TrackSignUpAsync(new Euid(7), plan: "pro");

    FlushResult result = await tracker.StopAsync();
    return result.Outbox?.Delivered == 1 ? 0 : 1;
}
finally
{
    Directory.Delete(folder, recursive: true);
}

[EngageEvent("sign_up")]
public partial record SignUp(string Plan);
