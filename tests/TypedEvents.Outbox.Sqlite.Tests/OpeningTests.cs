using Microsoft.Extensions.Logging;

namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>A file that can't be opened is not changed, and the error says what to do.</summary>
public sealed class OpeningTests : OutboxTests
{
    [Fact]
    public async Task The_first_outbox_of_a_process_does_not_keep_its_callers_async_locals_alive()
    {
        using ChildProcess child = ChildProcess.Start(["request", Folder.Outbox]);

        Assert.Equal("free", await child.ReadLineAsync());
    }

    [Fact]
    public void A_missing_folder_is_named()
    {
        string path = Path.Combine(Folder.Path, "missing", "events.db");
        AssertNames(Assert.Throws<DirectoryNotFoundException>(() => SqliteOutbox.Open(path)), path, "Create it");
        Assert.False(Directory.Exists(Path.GetDirectoryName(path)));
    }

    [Fact]
    public void A_folder_is_rejected() =>
        AssertNames(Assert.Throws<IOException>(() => SqliteOutbox.Open(Folder.Path)), Folder.Path, "Use the path of a file");

    [Fact]
    public void A_path_is_required()
    {
        Assert.Throws<ArgumentException>(() => SqliteOutbox.Open(" "));
        Assert.Throws<ArgumentNullException>(() => SqliteOutbox.Open(null!));
    }

    [Fact]
    public async Task A_read_only_file_is_named()
    {
        await Open().DisposeAsync();
        File.SetAttributes(Folder.Outbox, FileAttributes.ReadOnly);
        byte[] before = await File.ReadAllBytesAsync(Folder.Outbox, Cancellation);
        AssertNames(Assert.Throws<IOException>(() => Open()), Folder.Outbox, "Make it writable");
        Assert.Equal(before, await File.ReadAllBytesAsync(Folder.Outbox, Cancellation));
        File.SetAttributes(Folder.Outbox, FileAttributes.Normal);
    }

    [Fact]
    public void A_folder_in_which_no_file_can_be_created_is_named()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It needs a folder in which not even root can create a file.");
        AssertNames(Assert.ThrowsAny<IOException>(() => OpenFile("/proc/events.db")), "/proc/events.db", "Make it and its folder writable");
    }

    [Theory]
    [InlineData("not a database")]
    [InlineData("SQLite format 3 is how this string starts, and it has more than a hundred characters, as many as the header of a database.")]
    public void A_file_that_is_not_a_database_is_not_changed(string text)
    {
        File.WriteAllText(Folder.Outbox, text);
        AssertNames(Assert.Throws<InvalidDataException>(() => SqliteOutbox.Open(Folder.Outbox)), Folder.Outbox, "Choose another path");
        AssertNames(Assert.Throws<InvalidDataException>(() => SqliteOutbox.Open(Folder.Outbox)), Folder.Outbox, "Choose another path");
        Assert.Equal(text, File.ReadAllText(Folder.Outbox));
        Assert.Equal([Folder.Outbox], Directory.GetFiles(Folder.Path));
    }

    [Fact]
    public void A_database_of_another_application_is_not_changed()
    {
        File.Create(Folder.Outbox).Dispose();
        using (Database other = Database.Open(Folder.Outbox, TimeSpan.Zero))
        {
            other.Execute("CREATE TABLE orders (id INTEGER); INSERT INTO orders VALUES (42)");
        }

        byte[] before = File.ReadAllBytes(Folder.Outbox);
        AssertNames(Assert.Throws<InvalidDataException>(() => SqliteOutbox.Open(Folder.Outbox)), Folder.Outbox, "Choose another path");
        Assert.Equal(before, File.ReadAllBytes(Folder.Outbox));
        Assert.Equal([Folder.Outbox], Directory.GetFiles(Folder.Path));
    }

    [Fact]
    public async Task A_newer_schema_is_not_changed()
    {
        await using (SqliteOutbox outbox = Open())
        {
            await AppendAsync(outbox, "a");
        }

        using (Database newer = Database.Open(Folder.Outbox, TimeSpan.Zero))
        {
            newer.Execute($"PRAGMA user_version = {Schema.Version + 1}");
        }

        byte[] before = await File.ReadAllBytesAsync(Folder.Outbox, Cancellation);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => SqliteOutbox.Open(Folder.Outbox));
        AssertNames(error, Folder.Outbox, "Update the package");
        Assert.Contains($"version {Schema.Version + 1}", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(Folder.Outbox, Cancellation));
    }

    [Fact]
    public async Task An_empty_file_becomes_an_outbox()
    {
        await File.WriteAllBytesAsync(Folder.Outbox, [], Cancellation);
        await using SqliteOutbox outbox = Open();
        await AppendAsync(outbox, "a");
        Assert.Null(outbox.CorruptDatabasePath);
    }

    [Fact]
    public async Task A_link_opens_the_same_outbox_with_the_same_locks()
    {
        string other = Directory.CreateDirectory(Path.Combine(Folder.Path, "other")).FullName;
        string link = Path.Combine(other, "link.db");
        await using SqliteOutbox outbox = Open();
        File.CreateSymbolicLink(link, Folder.Outbox);
        await using SqliteOutbox linked = OpenFile(link);
        Assert.Equal(Folder.Outbox, linked.FilePath);
        await using IOutboxClaim claim = await ClaimAsync(outbox);
        Assert.Null(await linked.TryClaimAsync(Cancellation));
        Assert.Equal([link], Directory.GetFiles(other));
    }

    [Fact]
    public void Invalid_options_are_named()
    {
        AssertOption(new() { MaxBytes = 1000 }, "MaxBytes must be", "1000");
        AssertOption(new() { MaxDeadLetterBytes = 1000 }, "MaxDeadLetterBytes must be", "1000");
        AssertOption(new() { MaxUsers = -1 }, "MaxUsers must be 0 or more", "-1");
        AssertOption(new() { PollInterval = TimeSpan.Zero }, "PollInterval must be between 10 ms and 1 h", "00:00:00");
        AssertOption(new() { TimeProvider = null! }, "TimeProvider must not be null", "system");
        Assert.Empty(Directory.GetFiles(Folder.Path));
    }

    [Fact]
    public async Task Later_changes_of_the_options_have_no_effect()
    {
        var options = new SqliteOutboxOptions();
        await using SqliteOutbox outbox = OpenFile(Folder.Outbox, options);
        Assert.Equal(TimeSpan.FromSeconds(1), outbox.PollInterval);
        options.PollInterval = TimeSpan.FromHours(1);
        Assert.Equal(TimeSpan.FromSeconds(1), outbox.PollInterval);
    }

    [Fact]
    public async Task A_normal_opening_logs_nothing()
    {
        await using SqliteOutbox outbox = Open();
        Assert.DoesNotContain(Logger.Entries, entry => entry.Level >= LogLevel.Information);
        Assert.False(outbox.IsAppendOnly);
    }

    private void AssertOption(SqliteOutboxOptions options, string problem, string legal)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => SqliteOutbox.Open(Folder.Outbox, options));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Contains(legal, error.Message, StringComparison.Ordinal);
    }

    private static void AssertNames(Exception error, string file, string remedy)
    {
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, error.Message, StringComparison.Ordinal);
    }
}
