using System.Text.Json;
using Npgsql;
using TypedEvents.Outbox.PostgreSql;
using TypedEvents.PostgreSql.TestServer;

namespace TypedEvents.Cli.Tests;

/// <summary>The commands of <c>outbox</c>, on a PostgreSQL database. The connection string comes from the environment, and is never shown.</summary>
public sealed class PostgreSqlOutboxCommandTests
{
    private const string Variable = "EVENTS_DB";

    private readonly TestTool _tool = new(Path.GetTempPath());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_are_listed_replayed_and_purged()
    {
        await using PostgreSqlDatabase database = await CreateAsync();

        Assert.Equal("page_viewed sign_up", await NamesAsync());
        Assert.Equal("sign_up", await NamesAsync("--kind", "rejected"));
        Assert.Equal("page_viewed sign_up sign_up", await NamesAsync("--state", "pending"));
        Assert.Matches("(?m)^dead letters +2$", (await RunAsync("stats")).Done());
        Assert.Equal($"2 events of the database of {Variable} would become pending again. Nothing was changed: confirm it with --yes.", (await RunAsync("replay")).Failure());
        Assert.Equal("1 event is pending again.\n", (await RunAsync("replay", "--code", "40001", "--yes")).Done());
        Assert.Equal("2 events were removed.\n", (await RunAsync("purge", "--user", "user_id:alice@example.org", "--yes")).Done());

        await using PostgreSqlOutbox outbox = await PostgreSqlOutbox.OpenAsync(database.ConnectionString, cancellationToken: Cancellation);
        OutboxStatistics statistics = (await outbox.GetStatisticsAsync(Cancellation))!;
        Assert.Equal((5, 0, 2, 1, 2), (statistics.Appended, statistics.Delivered, statistics.Pending, statistics.DeadLetters, statistics.Discarded.Total));
        Assert.Empty(await outbox.FindUsersAsync([SampleEvents.Alice], Cancellation));
    }

    [Fact]
    public async Task A_schema_that_is_not_there_is_named_and_not_created()
    {
        await using PostgreSqlDatabase database = await CreateAsync();

        Assert.Contains("other", (await RunAsync("list", "--schema", "other")).Failure(), StringComparison.Ordinal);
        Assert.Equal(0, await database.QueryAsync<long>("SELECT count(*) FROM pg_namespace WHERE nspname = 'other'"));
    }

    [Fact]
    public async Task A_role_without_rights_and_a_wrong_password_are_one_line_without_it()
    {
        await using PostgreSqlDatabase database = await CreateAsync();
        (_, string noRights) = await database.CreateRoleAsync();

        _tool.Environment[Variable] = noRights;
        string denied = (await RunAsync("purge", "--yes")).Failure();
        _tool.Environment[Variable] = new NpgsqlConnectionStringBuilder(noRights) { Password = "hunter2" }.ConnectionString;
        string wrong = (await RunAsync("purge", "--yes")).Failure();

        Assert.Contains(Variable, denied, StringComparison.Ordinal);
        Assert.DoesNotContain(new NpgsqlConnectionStringBuilder(noRights).Password!, denied, StringComparison.Ordinal);
        Assert.StartsWith($"The database of {Variable} can't be used: ", wrong, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", wrong, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_can_not_be_reached_is_one_line()
    {
        _tool.Environment[Variable] = "Host=127.0.0.1;Port=1;Username=app;Password=hunter2;Database=shop;Timeout=5";

        string message = (await RunAsync("stats")).Failure();

        Assert.StartsWith($"The database of {Variable} can't be used: ", message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_string_that_can_not_be_read_is_not_shown()
    {
        _tool.Environment[Variable] = "Host=db;Passwort=hunter2";

        string message = (await RunAsync("stats")).Failure();

        Assert.StartsWith($"{Variable} doesn't hold a connection string that Npgsql can read.", message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", message, StringComparison.Ordinal);
    }

    private async Task<PostgreSqlDatabase> CreateAsync()
    {
        PostgreSqlDatabase database = await PostgreSqlDatabase.CreateAsync();
        await using PostgreSqlOutbox outbox = PostgreSqlOutbox.Create(database.ConnectionString);
        await SampleEvents.AddToAsync(outbox);
        _tool.Environment[Variable] = database.ConnectionString;
        return database;
    }

    private Task<ToolResult> RunAsync(string command, params string[] more) => _tool.RunAsync(["outbox", command, "--connection-env", Variable, .. more]);

    private async Task<string> NamesAsync(params string[] more)
    {
        using JsonDocument json = JsonDocument.Parse((await RunAsync("list", [.. more, "--format", "json"])).Done());
        return string.Join(' ', json.RootElement.GetProperty("events").EnumerateArray().Select(stored => stored.GetProperty("event").GetString()).Order());
    }
}
