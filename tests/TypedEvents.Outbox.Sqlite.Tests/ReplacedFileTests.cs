using Microsoft.Extensions.Logging;

namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>
/// Another file takes the place of the one that a process has open: it isn't changed, and the events are saved beside it.
/// </summary>
public sealed class ReplacedFileTests : FilePlaceTestBase
{
    [Theory]
    [InlineData("another outbox")]
    [InlineData("another outbox", "-wal")]
    [InlineData("another outbox", "-wal", "-shm")]
    [InlineData("an older copy")]
    [InlineData("an older copy", "-wal", "-shm")]
    [InlineData("text")]
    [InlineData("text", "-wal", "-shm")]
    [InlineData("an empty file", "-wal", "-shm")]
    [InlineData("another application's database", "-wal", "-shm")]
    public async Task A_file_that_took_its_place_is_not_changed_and_the_events_are_saved_beside_it(string kind, params string[] deleted)
    {
        string other = Path.Combine(Folder.Path, "other.db");
        await using (SqliteOutbox outbox = Open())
        {
            await AppendAsync(outbox, "a");
            if (kind == "another outbox")
            {
                await using SqliteOutbox replacement = OpenFile(other);
                await AppendAsync(replacement, "x");
            }
            else if (kind == "an older copy")
            {
                outbox.WriterDatabase.Execute($"VACUUM INTO '{other}'");
            }
            else if (kind == "another application's database")
            {
                await File.WriteAllBytesAsync(other, [], Cancellation);
                outbox.WriterDatabase.Execute($"ATTACH '{other}' AS other; CREATE TABLE other.t (x); DETACH other");
            }
            else
            {
                await File.WriteAllTextAsync(other, kind == "text" ? "something else" : "", Cancellation);
            }

            await AppendAsync(outbox, "b");
            File.Move(other, Folder.Outbox, overwrite: true);
            Delete(deleted);
            byte[] replaced = await File.ReadAllBytesAsync(Folder.Outbox, Cancellation);
            await AssertRejectsAsync(outbox, "");
            await AssertRejectsAsync(outbox, "");
            Assert.Equal(replaced, await File.ReadAllBytesAsync(Folder.Outbox, Cancellation));
            Assert.Single(Logger.Entries, entry => entry.Level == LogLevel.Error);
        }

        if (kind == "text")
        {
            Assert.Equal("something else", await File.ReadAllTextAsync(Folder.Outbox, Cancellation));
        }

        if (kind is "another outbox" or "an older copy")
        {
            await using SqliteOutbox next = Open();
            Assert.Equal(kind == "another outbox" ? ["x"] : ["a"], await ListAsync(next, OutboxQuery.Pending));
        }

        string saved = Assert.Single(SavedFiles());
        Assert.Contains(saved, Logger.Text, StringComparison.Ordinal);
        await using SqliteOutbox savedOutbox = OpenFile(saved);
        Assert.Equal(["a", "b"], await ListAsync(savedOutbox, OutboxQuery.Pending));
    }

    [Fact]
    public async Task A_copy_that_counts_as_many_events_but_has_others_is_not_taken_for_the_outbox()
    {
        string copy = Folder.Outbox + "-copy";
        await using (SqliteOutbox outbox = Open())
        {
            await AppendAsync(outbox, "a");
            outbox.WriterDatabase.Execute($"VACUUM INTO '{copy}'");
            await AppendAsync(outbox, "x");
            await using (SqliteOutbox other = OpenFile(copy))
            {
                await AppendAsync(other, "y");
            }

            File.Move(copy, Folder.Outbox, overwrite: true);
            await AssertRejectsAsync(outbox, "");
        }

        await using SqliteOutbox saved = OpenFile(Assert.Single(SavedFiles()));
        Assert.Equal(["a", "x"], await ListAsync(saved, OutboxQuery.Pending));
    }

    [Fact]
    public async Task A_copy_that_has_all_events_and_more_is_used()
    {
        string copy = Folder.Outbox + "-copy";
        await using SqliteOutbox outbox = Open();
        await AppendAsync(outbox, "a");
        outbox.WriterDatabase.Execute($"VACUUM INTO '{copy}'");
        await using (SqliteOutbox other = OpenFile(copy))
        {
            await AppendAsync(other, "b");
        }

        File.Move(copy, Folder.Outbox, overwrite: true);
        await AppendAsync(outbox, "c");
        Assert.Equal(["a", "b", "c"], await ListAsync(outbox, OutboxQuery.Pending));
        Assert.Empty(SavedFiles());
    }

    [Fact]
    public async Task A_second_replacement_saves_what_was_accepted_since_the_first()
    {
        string original = Folder.Outbox + "-original";
        await using (SqliteOutbox outbox = Open())
        {
            await AppendAsync(outbox, "a");
            File.Move(Folder.Outbox, original);
            await File.WriteAllTextAsync(Folder.Outbox, "something else", Cancellation);
            await AssertRejectsAsync(outbox, "");

            File.Move(original, Folder.Outbox, overwrite: true);
            await AppendAsync(outbox, "c");
            Assert.Contains(Logger.Entries, entry => entry.Text.Contains(Assert.Single(SavedFiles()), StringComparison.Ordinal) && entry.Text.Contains("isn't needed any more", StringComparison.Ordinal));

            File.Move(Folder.Outbox, original);
            await File.WriteAllTextAsync(Folder.Outbox, "something else", Cancellation);
            IOException error = await AssertRejectsAsync(outbox, "");
            Assert.Contains(SavedFiles()[^1], error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(2, SavedFiles().Length);
        await using SqliteOutbox saved = OpenFile(SavedFiles()[^1]);
        Assert.Equal(["a", "c"], await ListAsync(saved, OutboxQuery.Pending));
    }

    [Fact]
    public async Task A_deleted_database_with_another_ones_log_beside_it_is_saved_beside_it()
    {
        await using (SqliteOutbox outbox = Open())
        {
            await AppendAsync(outbox, "a");
            Delete("", "-wal");
            await File.WriteAllBytesAsync(Folder.Outbox + "-wal", new byte[5000], Cancellation);
            IOException error = await AssertRejectsAsync(outbox, "");
            Assert.Contains($"'{Folder.Outbox}-wal' belongs to another database", error.Message, StringComparison.Ordinal);
            Assert.Contains(Assert.Single(SavedFiles()), error.Message, StringComparison.Ordinal);
        }

        // The remedy that the message names.
        Delete("-wal");
        await Open().DisposeAsync();
        await using SqliteOutbox saved = OpenFile(Assert.Single(SavedFiles()));
        Assert.Equal(["a"], await ListAsync(saved, OutboxQuery.Pending));
    }

    [Fact]
    public async Task Events_of_a_deleted_log_that_cannot_be_written_to_the_database_are_saved_beside_it()
    {
        await using (SqliteOutbox outbox = Open())
        {
            await AppendAsync(outbox, "a");
            using (Database reader = Database.Open(Folder.Outbox, TimeSpan.Zero))
            {
                // Keeps SQLite from copying what is appended from now on.
                reader.Execute("BEGIN");
                Assert.Equal(1, reader.QueryInt64("SELECT count(*) FROM events"));
                await AppendAsync(outbox, "b");
                Delete("-wal");
                await AssertRejectsAsync(outbox, "-wal");
                await outbox.DisposeAsync();
            }
        }

        await using SqliteOutbox saved = OpenFile(Assert.Single(SavedFiles()));
        Assert.Equal(["a", "b"], await ListAsync(saved, OutboxQuery.Pending));
    }

    [Fact]
    public async Task A_copy_that_others_can_read_is_made_private_and_logged()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        await using SqliteOutbox outbox = Open();
        await AppendAsync(outbox, "a");
        string copy = Folder.Outbox + "-copy";
        outbox.WriterDatabase.Execute($"VACUUM INTO '{copy}'");
#pragma warning disable CA1416 // Skipped on Windows.
        File.SetUnixFileMode(copy, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        File.Move(copy, Folder.Outbox, overwrite: true);
        await AppendAsync(outbox, "b");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Folder.Outbox));
#pragma warning restore CA1416
        Assert.Contains(Logger.Entries, entry => entry.Level == LogLevel.Warning && entry.Text.Contains("could read or write", StringComparison.Ordinal));
        Assert.Empty(SavedFiles());
        Assert.Equal(["a", "b"], await ListAsync(outbox, OutboxQuery.Pending));
    }
}
