namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>A string that isn't a file path is rejected, and doesn't create a file with a strange name.</summary>
public sealed class PathTests : OutboxTests
{
    public static TheoryData<string, string> NotPaths => new()
    {
        { ":memory:", "in memory" },
        { "file:events.db?mode=memory", "URI" },
        { "file::memory:?cache=shared", "in memory" },
        { "file:///var/lib/x.db", "URI" },
        { "sqlite://events.db", "URI" },
        { "sqlite:events.db", "URI" },
        { "jdbc:sqlite:events.db", "URI" },
        { "Journal Mode=WAL", "connection string" },
        { "Data Source=events.db", "connection string" },
        { "data source = events.db", "connection string" },
        { "Data Source=events.db;Cache=Shared", "connection string" },
        { "DataSource=:memory:", "connection string" },
        { "Filename=events.db", "connection string" },
        { "events.db;Password=x", "connection string" },
        { "Server=localhost;Database=shop", "connection string" },
        { "~", "'~'" },
        { "~/events.db", "'~'" },
        { "~shop/events.db", "'~'" },
        { "%TEMP%/events.db", "'%TEMP%'" },
        { "data/%ProgramFiles(x86)%/events.db", "'%ProgramFiles(x86)%'" },
        { "$HOME/events.db", "'$HOME'" },
        { "${HOME}/events.db", "'${HOME}'" },
        { "$(HOME)/events.db", "'$(HOME)'" },
        { "events-$HOSTNAME.db", "'$HOSTNAME'" },
        { "events.db ", "a space" },
        { " events.db", "a space" },
        { "events.db\u200E", "invisible" },
        { "\uFEFFevents.db", "invisible" },
        { "\"events.db\"", "quotes" },
        { "'events.db'", "quotes" },
        { "`events.db`", "quotes" },
        { "events\n.db", "control character" },
        { "events.db\r\n", "control character" },
        { "events\0.db", "control character" },
        { "events\uD800.db", "surrogate" },
        { "events.db-wal", "'events.db'" },
        { "events.db-shm", "'events.db'" },
        { "events.db-journal", "'events.db'" },
        { "events.db-open.lock", "'events.db'" },
        { "events.db-claim.lock", "'events.db'" },
        { "no-such-folder/", "separator" },
    };

    [Theory]
    [MemberData(nameof(NotPaths))]
    public void A_string_that_is_not_a_path_is_rejected_with_the_remedy(string path, string advice)
    {
        string[] before = Directory.GetFileSystemEntries(".");
        ArgumentException error = Assert.Throws<ArgumentException>(() => SqliteOutbox.Open(path));
        Assert.Equal("path", error.ParamName);
        Assert.Contains(advice, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(error.Message, char.IsControl);
        Assert.Equal(before, Directory.GetFileSystemEntries("."));
    }

    [Theory]
    [InlineData("Data Source=events.db;Password=s3cr3t")]
    [InlineData("events.db;Password=s3cr3t")]
    [InlineData("sqlite://user:s3cr3t@host/events.db")]
    [InlineData("Password = s3cr3t\n;Data Source=events.db")]
    public void A_string_that_may_contain_a_password_is_not_quoted(string path) =>
        Assert.DoesNotContain("s3cr3t", Assert.Throws<ArgumentException>(() => SqliteOutbox.Open(path)).ToString(), StringComparison.Ordinal);

    [Fact]
    public void A_Windows_path_is_rejected_on_other_systems()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows it is a valid path.");
        Assert.Contains("Windows", Assert.Throws<ArgumentException>(() => SqliteOutbox.Open(@"C:\data\events.db")).Message, StringComparison.Ordinal);
        Assert.Contains("Windows", Assert.Throws<ArgumentException>(() => SqliteOutbox.Open(@"\\server\share\events.db")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("events")]
    [InlineData("O'Brien.db")]
    [InlineData("a~b.db")]
    [InlineData("100%.db")]
    [InlineData("50% of 100%.db")]
    [InlineData("price$.db")]
    [InlineData("key=value.db")]
    [InlineData("wal.db")]
    [InlineData("événements 日本 😀.db")]
    public async Task An_unusual_name_is_accepted(string name)
    {
        string path = Path.Combine(Folder.Path, name);
        await using (SqliteOutbox outbox = SqliteOutbox.Open(path))
        {
            await AppendAsync(outbox, "a");
        }

        await using SqliteOutbox again = SqliteOutbox.Open(path);
        Assert.Equal(1, (await GetStatisticsAsync(again)).Pending);
        Assert.Equal(path, again.FilePath);
    }

    [Fact]
    public async Task The_path_that_the_message_suggests_is_accepted()
    {
        string path = Path.Combine(Folder.Path, "events.db-wal");
        ArgumentException error = Assert.Throws<ArgumentException>(() => SqliteOutbox.Open(path));
        string advised = error.Message.Split('\'')[^4];
        await using SqliteOutbox outbox = SqliteOutbox.Open(advised);
        Assert.Equal(Folder.Outbox, outbox.FilePath);
    }
}
