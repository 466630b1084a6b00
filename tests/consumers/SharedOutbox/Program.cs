using Npgsql;
using TypedEvents;
using TypedEvents.Outbox.PostgreSql;

// The arguments: EngageLab's address and the connection string of a database.
await using NpgsqlDataSource database = NpgsqlDataSource.Create(args[1]);
await using EventTracker tracker = EventTracker.Create(options =>
{
    options.BaseAddress = new Uri(args[0]);
    options.AllowInsecureLoopback = true;
    options.ApiKey = "local";
    options.ApiSecret = "local";
    options.Outbox = PostgreSqlOutbox.Create(database);
});

await tracker.TrackSignUpAsync(EngageUser.UserId("user-42"), plan: "pro");

await using (NpgsqlConnection connection = await database.OpenConnectionAsync())
{
    foreach (string plan in (string[])["team", "never"])
    {
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
        await tracker.Enlist(transaction).TrackSignUpAsync(EngageUser.UserId("user-42"), plan: plan);
        if (plan != "never")
        {
            await transaction.CommitAsync();
        }
    }
}

FlushResult result = await tracker.StopAsync();
Console.WriteLine($"{result.Outbox?.Delivered} delivered, {result.Tracker.Enlisted} enlisted. {result.Problem}");
return result is { Outbox: { Delivered: 2, Pending: 0 }, Tracker.Enlisted: 2 } ? 0 : 1;

[EngageEvent("sign_up")]
public partial record SignUp(string Plan);
