using Microsoft.Extensions.Logging;

namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>
/// The file, its folder or its locks are moved, truncated or linked while a process has them open.
/// </summary>
public sealed class FilePlaceTests : FilePlaceTestBase
{
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

    private void Truncate(long length)
    {
        // In another process: closing the file in this one would release SQLite's locks.
        using var truncate = System.Diagnostics.Process.Start("truncate", ["-s", length.ToString(System.Globalization.CultureInfo.InvariantCulture), Folder.Outbox])!;
        truncate.WaitForExit();
        Assert.Equal(0, truncate.ExitCode);
    }
}
