using System.Text.Json;
using Microsoft.Data.Sqlite;
using TypedEvents.Outbox.Sqlite;

namespace TypedEvents.Cli.Tests;

/// <summary>The commands of <c>outbox</c>, on a SQLite file with dead letters of two names, of two users, and with pending events.</summary>
public sealed class OutboxCommandTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("typedevents-cli-").FullName;
    private readonly TestTool _tool;

    public OutboxCommandTests() => _tool = new TestTool(_folder);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Database => Path.Combine(_folder, "events.db");

    public async ValueTask InitializeAsync()
    {
        await using SqliteOutbox outbox = SqliteOutbox.Open(Database);
        await SampleEvents.AddToAsync(outbox);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task List_shows_dead_letters_with_their_reasons_and_no_payload()
    {
        ToolResult result = await _tool.RunAsync("outbox", "list", "--file", "events.db");

        Assert.Equal(0, result.ExitCode);
        string[] lines = result.Output.Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.Matches(@"^1 +sign_up +20\d\d-\d\d-\d\d \d\d:\d\d:\d\dZ +rejected +40001 +no such .\[31mproperty$", lines[1]);
        Assert.Matches("^2 +page_viewed .* undeliverable$", lines[2]);
        Assert.DoesNotContain('\u001b', result.Output);
        Assert.DoesNotContain("random_id", result.Output, StringComparison.Ordinal);
        Assert.Equal("2 events\n", result.Error);
    }

    [Theory]
    [InlineData("--event page_viewed", "2")]
    [InlineData("--kind rejected", "1")]
    [InlineData("--code 40001", "1")]
    [InlineData("--code 40002", "")]
    [InlineData("--state pending", "3 4 5")]
    [InlineData("--state all", "1 2 3 4 5")]
    [InlineData("--state all --event page_viewed", "2 3")]
    [InlineData("--position 2", "2")]
    [InlineData("--before 2000-01-01", "")]
    [InlineData("--state pending --user user_id:alice@example.org", "4 5")]
    [InlineData("--state pending --user euid:10000091198", "5")]
    [InlineData("--state pending --user user_id:bob", "")]
    public async Task Events_are_chosen_by(string options, string positions)
    {
        using JsonDocument json = JsonDocument.Parse((await _tool.RunAsync([.. "outbox list --file events.db --format json".Split(' '), .. options.Split(' ')])).Done());

        Assert.Equal(positions, string.Join(' ', json.RootElement.GetProperty("events").EnumerateArray().Select(stored => stored.GetProperty("position").GetInt64()).Order()));
        Assert.Equal(json.RootElement.GetProperty("events").GetArrayLength(), json.RootElement.GetProperty("count").GetInt64());
    }

    [Fact]
    public async Task A_payload_is_shown_only_if_it_is_asked_for()
    {
        using JsonDocument json = JsonDocument.Parse((await _tool.RunAsync("outbox", "list", "--file", "events.db", "--payload", "--format", "json", "--max", "1")).Done());

        Assert.Equal("sign_up", json.RootElement.GetProperty("events")[0].GetProperty("payload").GetProperty("event_name").GetString());
        Assert.Equal((2, 1), (json.RootElement.GetProperty("count").GetInt64(), json.RootElement.GetProperty("events").GetArrayLength()));
    }

    [Theory]
    [InlineData("replay", "2 events of events.db would become pending again. Nothing was changed: confirm it with --yes.")]
    [InlineData("purge", "2 events of events.db would be removed. Nothing was changed: confirm it with --yes.")]
    public async Task Without_a_terminal_and_without_confirmation_nothing_is_changed(string command, string message)
    {
        Assert.Equal(message, (await _tool.RunAsync("outbox", command, "--file", "events.db")).Failure());
        Assert.Equal((3, 2, 0), await CountAsync());
    }

    [Theory]
    [InlineData("replay", "2 events of events.db would become pending again. Go on? [y/N] ", 5, 0, 0)]
    [InlineData("purge", "2 events of events.db would be removed. Go on? [y/N] ", 3, 0, 2)]
    public async Task With_a_terminal_it_asks(string command, string question, long pending, long deadLetters, long discarded)
    {
        _tool.Answers = "n\n";
        ToolResult declined = await _tool.RunAsync("outbox", command, "--file", "events.db");
        Assert.Equal((2, $"{question}typedevents: Nothing was changed.\n"), (declined.ExitCode, declined.Error));
        Assert.Equal((3, 2, 0), await CountAsync());

        _tool.Answers = "y\n";
        ToolResult confirmed = await _tool.RunAsync("outbox", command, "--file", "events.db");
        Assert.Equal((0, question), (confirmed.ExitCode, confirmed.Error));
        Assert.Equal((pending, deadLetters, discarded), await CountAsync());
    }

    [Fact]
    public async Task Replay_makes_the_chosen_dead_letters_pending()
    {
        Assert.Equal("1 event is pending again.\n", (await _tool.RunAsync("outbox", "replay", "--file", "events.db", "--kind", "rejected", "--yes")).Done());
        Assert.Equal((4, 1, 0), await CountAsync());
        Assert.Equal("Nothing to replay in events.db.\n", (await _tool.RunAsync("outbox", "replay", "--file", "events.db", "--kind", "rejected", "--yes")).Error);
    }

    [Fact]
    public async Task Purge_of_a_user_removes_everything_of_the_person()
    {
        Assert.Equal("2 events were removed.\n", (await _tool.RunAsync("outbox", "purge", "--file", "events.db", "--user", "user_id:alice@example.org", "--yes")).Done());
        Assert.Equal((1, 2, 2), await CountAsync());
        await using SqliteOutbox outbox = SqliteOutbox.Open(Database);
        Assert.Empty(await outbox.FindUsersAsync([SampleEvents.Alice], Cancellation));
    }

    [Fact]
    public async Task A_user_that_can_not_be_read_is_not_repeated()
    {
        string message = (await _tool.RunAsync("outbox", "purge", "--file", "events.db", "--user", "mail:alice@example.org", "--yes")).Failure();

        Assert.StartsWith("--user must be user_id:…", message, StringComparison.Ordinal);
        Assert.DoesNotContain("alice", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stats_show_what_became_of_all_events()
    {
        using JsonDocument json = JsonDocument.Parse((await _tool.RunAsync("outbox", "stats", "--file", "events.db", "--format", "json")).Done());
        long Of(string name) => json.RootElement.GetProperty(name).GetInt64();

        Assert.Equal((5, 0, 3, 2, 0), (Of("appended"), Of("delivered"), Of("pending"), Of("deadLetters"), Of("discarded")));
        Assert.Matches("(?m)^dead letters +2$", (await _tool.RunAsync("outbox", "stats", "--file", "events.db")).Done());
    }

    [Fact]
    public async Task Salvage_recovers_events_into_a_new_file()
    {
        string output = (await _tool.RunAsync("outbox", "salvage", "--file", "events.db", "--to", "new.db")).Done();

        Assert.Matches(@"pending events +3\n", output);
        Assert.Equal((3, 2, 0), await CountAsync(Path.Combine(_folder, "new.db")));
        Assert.Contains("exists already", (await _tool.RunAsync("outbox", "salvage", "--file", "events.db", "--to", "new.db")).Failure(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("This is a text, and no SQLite database.")]
    [InlineData("")]
    public async Task A_file_without_anything_of_an_outbox_is_not_salvaged(string content)
    {
        string path = Path.Combine(_folder, "text.db");
        await File.WriteAllTextAsync(path, content, TestContext.Current.CancellationToken);

        string line = (await _tool.RunAsync("outbox", "salvage", "--file", "text.db", "--to", "new.db")).Failure();

        Assert.Contains("text.db' isn't an outbox", line, StringComparison.Ordinal);
        Assert.Equal(content, await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        Assert.Empty(Directory.EnumerateFiles(_folder, "new.db*"));
    }

    [Fact]
    public async Task The_database_of_another_application_is_not_salvaged()
    {
        await using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(_folder, "other.db")};Pooling=False"))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using Microsoft.Data.Sqlite.SqliteCommand command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE t (a TEXT, b TEXT, c INTEGER); CREATE INDEX i ON t (a, b, c); INSERT INTO t VALUES ('x', 'y', 7); PRAGMA user_version = 99;";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        Assert.Contains("other.db' isn't an outbox", (await _tool.RunAsync("outbox", "salvage", "--file", "other.db", "--to", "new.db")).Failure(), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_folder, "new.db*"));
    }

    [Theory]
    [InlineData("list")]
    [InlineData("replay")]
    [InlineData("purge")]
    [InlineData("stats")]
    public async Task A_file_that_does_not_exist_is_not_created(string command)
    {
        Assert.Equal("There is no file 'missing.db'.", (await _tool.RunAsync("outbox", command, "--file", "missing.db")).Failure());
        Assert.False(File.Exists(Path.Combine(_folder, "missing.db")));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_left_as_it_is()
    {
        string path = Path.Combine(_folder, "text.db");
        await File.WriteAllTextAsync(path, "This is a text, and no SQLite database.", Cancellation);

        Assert.Contains("text.db", (await _tool.RunAsync("outbox", "list", "--file", "text.db")).Failure(), StringComparison.Ordinal);
        Assert.Equal("This is a text, and no SQLite database.", await File.ReadAllTextAsync(path, Cancellation));
    }

    [Fact]
    public async Task A_folder_is_no_file()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "folder.db"));

        Assert.Equal("'folder.db' is a folder.", (await _tool.RunAsync("outbox", "list", "--file", "folder.db")).Failure());
    }

    [Fact]
    public async Task A_file_that_another_process_has_locked_is_one_line()
    {
        await using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        await connection.OpenAsync(Cancellation);
        await using (SqliteCommand command = connection.CreateCommand())
        {
            command.CommandText = "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE events SET kind = kind;";
            await command.ExecuteNonQueryAsync(Cancellation);
        }

        Assert.Contains("events.db", (await _tool.RunAsync("outbox", "purge", "--file", "events.db", "--yes")).Failure(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_terminal_a_long_change_shows_what_it_works_on()
    {
        _tool.HasTerminal = true;

        ToolResult shown = await _tool.RunAsync("outbox", "replay", "--file", "events.db", "--kind", "rejected", "--yes", "--no-color");
        ToolResult quiet = await _tool.RunAsync("outbox", "replay", "--file", "events.db", "--yes", "-v", "q");

        Assert.True(shown.ExitCode == 0, shown.Error);
        Assert.Contains("Changing 1 event of events.db", shown.Error, StringComparison.Ordinal);
        Assert.Equal("1 event is pending again.\n", shown.Output);
        Assert.Equal((0, "1 event is pending again.\n", ""), (quiet.ExitCode, quiet.Output, quiet.Error));
    }

    [Fact]
    public async Task A_file_in_use_can_be_listed()
    {
        await using SqliteOutbox outbox = SqliteOutbox.Open(Database);
        await outbox.GetStatisticsAsync(Cancellation);

        Assert.Equal(0, (await _tool.RunAsync("outbox", "list", "--file", "events.db")).ExitCode);
    }

    private async Task<(long Pending, long DeadLetters, long Discarded)> CountAsync(string? path = null)
    {
        await using SqliteOutbox outbox = SqliteOutbox.Open(path ?? Database);
        OutboxStatistics statistics = (await outbox.GetStatisticsAsync(Cancellation))!;
        Assert.Equal(statistics.Appended, statistics.Delivered + statistics.Pending + statistics.DeadLetters + statistics.Discarded.Total);
        return (statistics.Pending, statistics.DeadLetters, statistics.Discarded.Total);
    }
}
