using System.Text;

namespace TypedEvents.Outbox.PostgreSql.Tests;

/// <summary>What must survive a crash of a server whose commits return before they are on the disk.</summary>
public sealed class DurabilityTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("users")]
    [InlineData("events")]
    [InlineData("target")]
    public async Task A_crash_takes_nothing_away_that_was_reported_as_saved(string what)
    {
        await using PostgreSqlServer server = await PostgreSqlServer.StartAsync("synchronous_commit = off", "wal_writer_delay = 10s");
        await using PostgreSqlDatabase database = await server.CreateDatabaseAsync();
        var opening = new OutboxOpening { Target = new OutboxTarget(new Uri("https://api.engagelab.cc"), "shop") };
        var user = EngageUser.UserId("user-42");
        await using (PostgreSqlOutbox created = await PostgreSqlOutbox.OpenAsync(database.DataSource, cancellationToken: Token))
        {
            // The script is on the disk, and the next commit is the one that is tested.
            await database.ExecuteAsync("CHECKPOINT");
            switch (what)
            {
                case "users":
                    await created.SaveUsersAsync([new RegisteredUser(user, new Euid(7), DateTimeOffset.UnixEpoch)], Token);
                    break;
                case "events":
                    var item = new BufferedEvent { Partition = 3, EventName = "page_viewed", Json = Encoding.UTF8.GetBytes("{}") };
                    await created.AppendAsync([EventBlock.Create(null, [item])], Token);
                    break;
                default:
                    await created.OpenAsync(opening, Token);
                    break;
            }

            await server.RestartAsync(StopMode.Immediate);
        }

        await using PostgreSqlOutbox outbox = await PostgreSqlOutbox.OpenAsync(database.DataSource, cancellationToken: Token);
        switch (what)
        {
            case "users":
                Assert.Equal(new Euid(7), Assert.Single(await outbox.FindUsersAsync([user], Token)).Euid);
                break;
            case "events":
                Assert.Equal(1, (await outbox.GetStatisticsAsync(Token))!.Pending);
                break;
            default:
                await Assert.ThrowsAsync<OutboxUnusableException>(
                    () => outbox.OpenAsync(opening with { Target = new OutboxTarget(new Uri("https://api.engagelab.cc"), "another") }, Token).AsTask());
                break;
        }
    }
}
