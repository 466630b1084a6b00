using Microsoft.Extensions.Logging;
using TypedEvents.Emulator;

namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>
/// The file is deleted, moved or replaced while a process has it open: only events that the next process will find are acknowledged.
/// </summary>
public sealed class FilePlaceTests : OutboxTests
{
    public FilePlaceTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows an open file can be neither moved nor deleted.");

    private string Aside => Folder.Path + "-moved";

    [Theory]
    [InlineData("")]
    [InlineData("", "-wal", "-shm")]
    [InlineData("", "-wal", "-shm", "-open.lock", "-claim.lock")]
    [InlineData("-wal")]
    [InlineData("-shm")]
    [InlineData("-wal", "-shm")]
    [InlineData("-wal", "-shm", "-open.lock")]
    public async Task A_deleted_file_is_restored_with_all_events(params string[] deleted)
    {
        await using (SqliteOutbox outbox = Open())
        {
            await AppendAsync(outbox, "a", "b");
            await using (IOutboxClaim claim = await ClaimAsync(outbox))
            {
                await claim.SettleDeadLetterAsync((await ReadAsync(claim))[..1], Rejection, Cancellation);
            }

            Delete(deleted);
            await AppendAsync(outbox, "c");
            await AppendAsync(outbox, "d");
            Assert.Contains(Logger.Entries, entry => entry.Level == LogLevel.Error);
            Assert.Equal(["b", "c", "d"], await ListAsync(outbox, OutboxQuery.Pending));

            // As if the process were killed now: all events are in the files with the original names.
            string copy = Directory.CreateDirectory(Path.Combine(Folder.Path, "copy")).FullName;
            foreach (string suffix in (string[])["", "-wal"])
            {
                File.Copy(Folder.Outbox + suffix, Path.Combine(copy, "events.db" + suffix));
            }

            await using SqliteOutbox killed = OpenFile(Path.Combine(copy, "events.db"));
            Assert.Equal(["b", "c", "d"], await ListAsync(killed, OutboxQuery.Pending));
        }

        await using SqliteOutbox again = Open();
        Assert.Null(again.CorruptDatabasePath);
        Assert.Equal(["b", "c", "d"], await ListAsync(again, OutboxQuery.Pending));
        Assert.Equal(new OutboxStatistics { Appended = 4, Pending = 3, DeadLetters = 1 }, await GetStatisticsAsync(again));
        Assert.All(Directory.GetFiles(Folder.Path), file => Assert.DoesNotContain("restoring", file, StringComparison.Ordinal));
        if (!OperatingSystem.IsWindows())
        {
            foreach (string file in Directory.GetFiles(Folder.Path))
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }
        }
    }

    [Fact]
    public async Task Two_outboxes_whose_file_was_deleted_continue_with_the_same_file()
    {
        await using SqliteOutbox one = Open();
        await using SqliteOutbox two = Open();
        await AppendAsync(one, "a");
        await AppendAsync(two, "b");
        Delete("", "-wal", "-shm", "-open.lock", "-claim.lock");
        await AppendAsync(one, "c");
        await AppendAsync(two, "d");
        await AppendAsync(one, "e");
        Assert.Equal(["a", "b", "c", "d", "e"], await ListAsync(one, OutboxQuery.Pending));
        Assert.Equal(["a", "b", "c", "d", "e"], await ListAsync(two, OutboxQuery.Pending));
        Assert.Equal(await GetStatisticsAsync(one), await GetStatisticsAsync(two));
    }

    [Fact]
    public async Task A_new_log_is_not_started_while_another_process_has_the_deleted_one_open()
    {
        await using SqliteOutbox outbox = Open();
        await AppendAsync(outbox, "a");
        using (ChildProcess child = ChildProcess.Start(["claim", Folder.Outbox]))
        {
            Assert.Equal("claimed", await child.ReadLineAsync());
            Delete("-wal");
            IOException error = await AssertRejectsAsync(outbox, "-wal");
            Assert.Contains("End all processes", error.Message, StringComparison.Ordinal);

            // All acknowledged events are in the database, whatever happens next.
            await child.KillAsync();
        }

        await AppendAsync(outbox, "c");
        Assert.Equal(["a", "c"], await ListAsync(outbox, OutboxQuery.Pending));
    }

    [Fact]
    public async Task While_the_folder_is_missing_nothing_is_accepted_but_deliveries_are_settled()
    {
        await using SqliteOutbox outbox = Open();
        await AppendAsync(outbox, "a", "b");
        IOutboxClaim claim = await ClaimAsync(outbox);
        List<OutboxEvent> read = await ReadAsync(claim);
        Directory.Move(Folder.Path, Aside);
        try
        {
            for (int attempt = 0; attempt < 3; attempt++)
            {
                IOException error = await AssertRejectsAsync(outbox, "");
                Assert.Contains("Restore the folder", error.Message, StringComparison.Ordinal);
            }

            Assert.Single(Logger.Entries, entry => entry.Level == LogLevel.Error);
            await Assert.ThrowsAsync<IOException>(async () => await outbox.ReplayAsync(OutboxQuery.DeadLetters, Cancellation));
            await Assert.ThrowsAsync<IOException>(async () => await outbox.PurgeAsync(OutboxQuery.Pending, Cancellation));
            await Assert.ThrowsAsync<IOException>(async () => await outbox.CountAsync(OutboxQuery.Pending, Cancellation));
            await Assert.ThrowsAsync<IOException>(async () => await outbox.ListAsync(OutboxQuery.Pending, 10, Cancellation));
            Assert.True(await claim.SettleDeliveredAsync(read[..1], Cancellation));
        }
        finally
        {
            Directory.Move(Aside, Folder.Path);
        }

        await AppendAsync(outbox, "c");
        Assert.Equal(["b", "c"], await ListAsync(outbox, OutboxQuery.Pending));
        Assert.Equal(new OutboxStatistics { Appended = 3, Delivered = 1, Pending = 2 }, await GetStatisticsAsync(outbox));
        Assert.Contains(Logger.Entries, entry => entry.Text.Contains("are in place again", StringComparison.Ordinal));
    }

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
    public async Task An_event_that_is_committed_to_a_deleted_file_after_another_process_copied_it_is_in_the_restored_file_once()
    {
        await using SqliteOutbox one = Open();
        await using SqliteOutbox two = Open(new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Clock.GetUtcNow()));
        await AppendAsync(one, "a");
        var blocks = new BlocksReadLate(Block("x"), () =>
        {
            // The other outbox is in its transaction: it has checked the file, and hasn't committed yet.
            Delete("", "-wal", "-shm");
            Clock.Advance(TimeSpan.FromSeconds(1));
            Assert.True(File.Exists(Folder.Outbox));
            AppendAsync(one, "y").GetAwaiter().GetResult();
        });
        Assert.Equal(1, await two.AppendAsync(blocks, Cancellation));
        Assert.Equal(["a", "y", "x"], await ListAsync(one, OutboxQuery.Pending));
        Assert.Equal(new OutboxStatistics { Appended = 3, Pending = 3 }, await GetStatisticsAsync(two));
        Assert.Empty(SavedFiles());
    }

    [Fact]
    public async Task Two_outboxes_that_append_while_their_files_are_deleted_repeatedly_lose_no_acknowledged_event()
    {
        const int Rounds = 10;
        var acknowledged = new System.Collections.Concurrent.ConcurrentBag<string>();
        using (var isDone = new CancellationTokenSource())
        {
            Task one = Task.Run(() => AppendUntilDoneAsync("one", isDone.Token), Cancellation);
            Task two = Task.Run(() => AppendUntilDoneAsync("two", isDone.Token), Cancellation);
            for (int round = 1; round <= Rounds; round++)
            {
                await WaitForMoreAsync();
                Delete("", "-wal", "-shm", "-open.lock", "-claim.lock");
            }

            await WaitForMoreAsync();
            await isDone.CancelAsync();
            await Task.WhenAll(one, two);
        }

        HashSet<string> found = [];
        foreach (string file in SavedFiles().Append(Folder.Outbox))
        {
            await using SqliteOutbox outbox = OpenFile(file);
            Assert.Null(outbox.CorruptDatabasePath);
            found.UnionWith(await ListAsync(outbox, OutboxQuery.Pending));
        }

        Assert.Empty(acknowledged.Except(found));
        Assert.Empty(Directory.GetFiles(Folder.Path, "*.restoring-*"));

        async Task WaitForMoreAsync()
        {
            for (int before = acknowledged.Count; acknowledged.Count < before + 10;)
            {
                Assert.False(Cancellation.IsCancellationRequested);
                await Task.Yield();
            }
        }

        async Task AppendUntilDoneAsync(string name, CancellationToken isDone)
        {
            SqliteOutbox? outbox = null;
            for (int number = 0; !isDone.IsCancellationRequested; number++)
            {
                string appended = $"{name} {number}";
                try
                {
                    outbox ??= Open();
                    await AppendAsync(outbox, appended);
                    acknowledged.Add(appended);
                }
                catch (IOException) when (outbox is not null)
                {
                    // Not acknowledged. Follow the remedy: restart.
                    await outbox.DisposeAsync();
                    outbox = null;
                }
                catch (IOException)
                {
                    // The files were deleted while they were being opened. Try again.
                }
            }

            await (outbox?.DisposeAsync() ?? default);
        }
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task A_copy_of_a_process_that_ended_while_it_restored_the_database_is_not_forgotten(bool isMissing, bool isIncomplete)
    {
        string copy = Folder.Outbox + ".restoring-" + new string('0', 32);
        await using (SqliteOutbox outbox = Open())
        {
            await AppendAsync(outbox, "a");
            outbox.WriterDatabase.Execute($"VACUUM INTO '{copy}'");
        }

        if (isMissing)
        {
            Delete("");
        }

        if (isIncomplete)
        {
            byte[] all = await File.ReadAllBytesAsync(copy, Cancellation);
            await File.WriteAllBytesAsync(copy, all[..(all.Length / 2)], Cancellation);
        }

        await using (SqliteOutbox next = Open())
        {
            Assert.Equal(isIncomplete ? [] : ["a"], await ListAsync(next, OutboxQuery.Pending));
        }

        Assert.False(File.Exists(copy));
        if (isMissing && !isIncomplete)
        {
            Assert.Contains(Logger.Entries, entry => entry.Level == LogLevel.Error && entry.Text.Contains("restored from that copy", StringComparison.Ordinal));
            Assert.Empty(SavedFiles());
        }
        else
        {
            string saved = Assert.Single(SavedFiles());
            Assert.Contains(Logger.Entries, entry => entry.Level == LogLevel.Critical && entry.Text.Contains(saved, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_file_is_not_moved_over_another_one()
    {
        string from = Path.Combine(Folder.Path, "from");
        string to = Path.Combine(Folder.Path, "to");
        File.WriteAllText(from, "from");
        File.WriteAllText(to, "to");
        Assert.False(ExclusiveMove.TryMove(from, to));
        Assert.Equal("to", File.ReadAllText(to));
        File.Delete(to);
        Assert.True(ExclusiveMove.TryMove(from, to));
        Assert.Equal("from", File.ReadAllText(to));
        Assert.False(File.Exists(from));
        Assert.Throws<FileNotFoundException>(() => ExclusiveMove.TryMove(from, Path.Combine(Folder.Path, "third")));
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
    public async Task A_link_to_the_moved_file_is_rejected_and_named()
    {
        string elsewhere = Path.Combine(Directory.CreateDirectory(Path.Combine(Folder.Path, "big")).FullName, "events.db");
        await using (SqliteOutbox outbox = Open())
        {
            await AppendAsync(outbox, "a");
            File.Move(Folder.Outbox, elsewhere);
            File.CreateSymbolicLink(Folder.Outbox, elsewhere);
            IOException error = await AssertRejectsAsync(outbox, "");
            Assert.Contains($"'{Folder.Outbox}' is a symbolic link", error.Message, StringComparison.Ordinal);
        }

        await using SqliteOutbox saved = OpenFile(Assert.Single(SavedFiles()));
        Assert.Equal(["a"], await ListAsync(saved, OutboxQuery.Pending));
    }

    [Fact]
    public async Task A_log_is_not_begun_again_while_a_list_is_being_read()
    {
        await using SqliteOutbox outbox = Open();
        await AppendAsync(outbox, "a");
        using var isReading = new ManualResetEventSlim();
        using var mayEnd = new ManualResetEventSlim();
        Task list = outbox.Store.InspectAsync(
            database =>
            {
                long count = database.QueryInt64("SELECT count(*) FROM events");
                isReading.Set();
                mayEnd.Wait(Cancellation);
                return count;
            },
            Cancellation).AsTask();
        isReading.Wait(Cancellation);
        Delete("-wal", "-shm");
        await AssertRejectsAsync(outbox, "-wal");
        Assert.False(File.Exists(Folder.Outbox + "-wal"));

        mayEnd.Set();
        await Assert.ThrowsAsync<IOException>(() => list);
        await AppendAsync(outbox, "b");
        Assert.True(File.Exists(Folder.Outbox + "-shm"));
        Assert.Equal(["a", "b"], await ListAsync(outbox, OutboxQuery.Pending));
    }

    [Fact]
    public async Task An_opening_that_fails_leaves_nothing_open()
    {
        await Open().DisposeAsync();
        using (ChildProcess child = ChildProcess.Start(["claim", Folder.Outbox]))
        {
            Assert.Equal("claimed", await child.ReadLineAsync());
            using (Database database = Database.Open(Folder.Outbox, TimeSpan.FromSeconds(10)))
            {
                database.Execute("DROP TABLE held_names");
            }

            IOException error = Assert.Throws<IOException>(() => Open());
            Assert.Contains(Folder.Outbox, error.Message, StringComparison.Ordinal);
            await child.KillAsync();
        }

        // No connection and no lock of the failed opening is left.
        using FileStream? alone = FileLock.TryTakeExclusive(Folder.Outbox + "-open.lock");
        Assert.NotNull(alone);
    }

    [Fact]
    public async Task A_file_that_is_missing_when_its_identity_is_recorded_counts_as_deleted()
    {
        await using SqliteOutbox outbox = Open();
        string missing = Folder.Outbox + "-missing";
        Assert.Equal(
            new FileChange(missing, FileChangeKind.Removed),
            FileIdentity.Of(OutboxFiles.At(Folder.Outbox)).With(missing).FindChange());
    }

    [Fact]
    public async Task A_process_that_starts_while_the_database_is_missing_waits_until_it_is_restored()
    {
        await using (SqliteOutbox outbox = Open())
        {
            await AppendAsync(outbox, "a", "b");
        }

        using ChildProcess child = ChildProcess.Start(["claim", Folder.Outbox]);
        Assert.Equal("claimed", await child.ReadLineAsync());
        Delete("");
        await using SqliteOutbox second = Open();
        Assert.Null(second.CorruptDatabasePath);
        Assert.Equal(["a", "b"], await ListAsync(second, OutboxQuery.Pending));
        await AppendAsync(second, "c");
        await child.EndAsync();
        Assert.Empty(SavedFiles());
        Assert.Equal(["a", "b", "c"], await ListAsync(second, OutboxQuery.Pending));
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

    [Fact]
    public async Task A_truncated_file_accepts_no_more_events()
    {
        await using (SqliteOutbox outbox = Open())
        {
            await AppendAsync(outbox, [.. Enumerable.Range(0, 200).Select(i => i + new string('x', 300))]);
            outbox.WriterDatabase.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
            await AppendAsync(outbox, "a");
            Truncate(4096 * 3);
            await AssertRejectsAsync(outbox, "");
        }

        await using SqliteOutbox again = Open();
        Assert.NotNull(again.CorruptDatabasePath);
    }

    [Fact]
    public async Task A_file_that_a_tool_made_smaller_is_accepted()
    {
        await using SqliteOutbox outbox = Open();
        await AppendAsync(outbox, [.. Enumerable.Range(0, 200).Select(i => i + new string('x', 300))]);
        outbox.WriterDatabase.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        await AppendAsync(outbox, "a");
        await outbox.PurgeAsync(OutboxQuery.Pending, Cancellation);
        long before = new FileInfo(Folder.Outbox).Length;
        outbox.WriterDatabase.Execute("VACUUM");
        outbox.WriterDatabase.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        Assert.True(new FileInfo(Folder.Outbox).Length < before);
        await AppendAsync(outbox, "b");
        Assert.Equal(["b"], await ListAsync(outbox, OutboxQuery.Pending));
        Assert.DoesNotContain(Logger.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task A_deleted_file_is_noticed_within_a_second_even_if_nothing_is_appended()
    {
        await using SqliteOutbox outbox = Open();
        await AppendAsync(outbox, "a");
        Delete("", "-wal", "-shm");
        Assert.DoesNotContain(Logger.Entries, entry => entry.Level >= LogLevel.Warning);
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains(Logger.Entries, entry => entry.Level == LogLevel.Error && entry.Text.Contains(Folder.Outbox, StringComparison.Ordinal));
        Assert.True(File.Exists(Folder.Outbox));

        // And a second time.
        Delete("", "-wal", "-shm");
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(File.Exists(Folder.Outbox));
        Assert.Equal(["a"], await ListAsync(outbox, OutboxQuery.Pending));
    }

    [Fact]
    public async Task Closing_an_outbox_whose_file_was_deleted_restores_the_file()
    {
        await using (SqliteOutbox outbox = Open())
        {
            await AppendAsync(outbox, "a");
            Delete("", "-wal", "-shm", "-open.lock");
        }

        await using SqliteOutbox again = Open();
        Assert.Equal(["a"], await ListAsync(again, OutboxQuery.Pending));
    }

    [Fact]
    public async Task A_claim_whose_lock_is_deleted_is_lost()
    {
        await using SqliteOutbox one = Open();
        await using SqliteOutbox two = Open();
        await AppendAsync(one, "a");
        IOutboxClaim claim = await ClaimAsync(one);
        List<OutboxEvent> read = await ReadAsync(claim);
        Delete("-claim.lock");
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(claim.LostToken.IsCancellationRequested || claim.LostToken.WaitHandle.WaitOne(TimeSpan.FromMinutes(1)));
        Assert.False(await claim.SettleDeliveredAsync(read, Cancellation));
        await using IOutboxClaim next = await ClaimAsync(two);
        Assert.Null(await one.TryClaimAsync(Cancellation));
    }

    [Fact]
    public async Task A_deleted_lock_file_is_created_and_locked_again()
    {
        await using SqliteOutbox outbox = Open();
        await AppendAsync(outbox, "a");
        Delete("-open.lock");
        await AppendAsync(outbox, "b");
        Assert.Null(FileLock.TryTakeExclusive(Folder.Outbox + "-open.lock"));
        Assert.Contains(Logger.Entries, entry => entry.Level == LogLevel.Warning);
        await AppendAsync(outbox, "c");
    }

    [Theory]
    [InlineData("", "-wal", "-shm", "-open.lock", "-claim.lock")]
    [InlineData("-wal", "-shm")]
    public async Task A_tracker_delivers_every_accepted_event_once(params string[] deleted)
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        emulator.RespondWith(EmulatorBehavior.Respond(503));
        await using EventTracker tracker = Trackers.Create(emulator, options =>
        {
            options.Outbox = Open();
            options.LoggerFactory = Logger;
        });
        for (int i = 0; i < 20; i++)
        {
            if (i == 10)
            {
                Delete(deleted);
            }

            Assert.Equal(TrackResult.Accepted, await tracker.TrackAsync(Trackers.Alice, new Stored(i, ""), cancellationToken: Cancellation));
        }

        emulator.RespondNormally();
        FlushResult last = await tracker.StopAsync(Cancellation);
        Assert.Equal(20, last.Outbox!.Delivered + last.Outbox!.Pending);
        Trackers.AssertAccountingInvariants(last, tracked: 20);
        await using SqliteOutbox again = Open();
        Assert.Equal(last.Outbox, await GetStatisticsAsync(again));
    }

    /// <summary>One block. Something happens when it is read, in the middle of the append's transaction.</summary>
    private sealed class BlocksReadLate(EventBlock block, Action onRead) : IReadOnlyList<EventBlock>
    {
        private Action? _onRead = onRead;

        public int Count => 1;

        public EventBlock this[int index]
        {
            get
            {
                Interlocked.Exchange(ref _onRead, null)?.Invoke();
                return block;
            }
        }

        public IEnumerator<EventBlock> GetEnumerator() => throw new NotSupportedException();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => throw new NotSupportedException();
    }

    private string[] SavedFiles() =>
        [.. Directory.GetFiles(Folder.Path, "events.db.saved-*").Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private void Delete(params string[] suffixes)
    {
        foreach (string suffix in suffixes)
        {
            File.Delete(Folder.Outbox + suffix);
        }
    }

    private void Truncate(long length)
    {
        // In another process: closing the file in this one would release SQLite's locks.
        using var truncate = System.Diagnostics.Process.Start("truncate", ["-s", length.ToString(System.Globalization.CultureInfo.InvariantCulture), Folder.Outbox])!;
        truncate.WaitForExit();
        Assert.Equal(0, truncate.ExitCode);
    }

    private async Task<IOException> AssertRejectsAsync(SqliteOutbox outbox, string suffix)
    {
        IOException error = await Assert.ThrowsAsync<IOException>(async () => await outbox.AppendAsync([Block("rejected")], Cancellation));
        Assert.Contains($"'{Folder.Outbox}{suffix}' was ", error.Message, StringComparison.Ordinal);
        return error;
    }
}
