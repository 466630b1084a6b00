using System.Globalization;
using Microsoft.Extensions.Logging;

namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>
/// A file that was closed regularly and not changed since is opened without a complete check. Each test damages an index without changing
/// the file's time, like a bit that flips on the disk; opening the file finds that only if it checks the file completely.
/// </summary>
public sealed class CleanEndTests : OutboxTests
{
    [Fact]
    public async Task A_file_that_was_closed_regularly_is_not_checked_completely_and_damage_is_found_on_use()
    {
        await FillAsync();
        DamageIndexUnnoticed();
        await using SqliteOutbox outbox = Open();
        Assert.Empty(Logger.Entries);
        await using IOutboxClaim claim = await ClaimAsync(outbox);
        Assert.Equal(100, (await ReadAsync(claim)).Count);
        Assert.True(HasLookedThrough());
    }

    [Fact]
    public async Task After_a_crash_the_file_is_checked_completely()
    {
        await FillAsync();
        using (ChildProcess child = ChildProcess.Start(["append", Folder.Outbox, "1000"]))
        {
            await child.ReadLineAsync();
            await child.KillAsync();
        }

        using (Database database = Database.Open(Folder.Outbox, TimeSpan.FromSeconds(10)))
        {
            // The result is an intact file without a log.
            database.QueryInt64("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        DamageIndexUnnoticed();
        await Open().DisposeAsync();
        Assert.True(HasLookedThrough());
    }

    [Fact]
    public async Task A_file_that_was_written_since_is_checked_completely()
    {
        await FillAsync();
        DamageIndexUnnoticed();
        File.SetLastWriteTimeUtc(Folder.Outbox, DateTime.UtcNow);
        await Open().DisposeAsync();
        Assert.True(HasLookedThrough());
    }

    [Fact]
    public async Task Another_file_under_the_same_name_is_checked_completely()
    {
        Assert.SkipUnless(FileFacts.HasIdentity, "File identities can't be compared on this platform.");
        await FillAsync();
        DamageIndexUnnoticed();
        DateTime written = File.GetLastWriteTimeUtc(Folder.Outbox);
        File.Copy(Folder.Outbox, Folder.Outbox + "2");
        File.Move(Folder.Outbox + "2", Folder.Outbox, overwrite: true);
        File.SetLastWriteTimeUtc(Folder.Outbox, written);
        await Open().DisposeAsync();
        Assert.True(HasLookedThrough());
    }

    [Fact]
    public async Task After_damage_the_next_opening_checks_the_file_completely_and_the_one_after_it_does_not()
    {
        await FillAsync();
        DamageIndexUnnoticed();
        await using (SqliteOutbox outbox = Open())
        {
            await using IOutboxClaim claim = await ClaimAsync(outbox);
            await ReadAsync(claim);
        }

        DamageIndexUnnoticed();
        int before = Logger.Entries.Count;
        await Open().DisposeAsync();
        Assert.Equal(before + 1, Logger.Entries.Count);

        DamageIndexUnnoticed();
        await Open().DisposeAsync();
        Assert.Equal(before + 1, Logger.Entries.Count);
    }

    [Fact]
    public async Task After_an_unreadable_event_the_next_opening_checks_the_file_completely_whichever_process_closed_it()
    {
        await FillAsync();
        await using SqliteOutbox other = Open();
        await using (SqliteOutbox outbox = Open())
        {
            using (Database database = Database.Open(Folder.Outbox, TimeSpan.FromSeconds(10)))
            {
                database.Execute("UPDATE events SET json = CAST('bat' AS BLOB) WHERE position = 1");
            }

            await using IOutboxClaim claim = await ClaimAsync(outbox);
            await ReadAsync(claim);
            Assert.Equal(1, (await GetStatisticsAsync(outbox)).DeadLetters);
        }

        await other.DisposeAsync();
        DamageIndexUnnoticed();
        await Open().DisposeAsync();
        Assert.True(HasLookedThrough());
    }

    [Fact]
    public async Task Only_the_last_process_to_close_the_file_leaves_the_mark()
    {
        await FillAsync();
        Assert.True(HasMark());
        SqliteOutbox first = Open();
        Assert.False(HasMark());
        SqliteOutbox second = Open();
        await first.DisposeAsync();
        Assert.False(HasMark());
        await second.DisposeAsync();
        Assert.True(HasMark());
    }

    [Fact]
    public async Task Damage_to_the_events_is_still_found_when_the_file_is_opened()
    {
        await FillAsync();
        ChangeUnnoticed(file =>
        {
            // A page of events: the last half of the file.
            file.AsSpan(file.Length / 2).Fill(0xFF);
            return file;
        });
        await using SqliteOutbox outbox = Open();
        Assert.NotNull(outbox.CorruptDatabasePath);
    }

    private async Task FillAsync()
    {
        await using SqliteOutbox outbox = Open();
        await AppendAsync(outbox, [.. Enumerable.Range(0, 100).Select(i => i.ToString(CultureInfo.InvariantCulture) + new string('x', 200))]);
    }

    private bool HasMark() => File.ReadAllText(Folder.Outbox + "-open.lock").Contains("Closed in order", StringComparison.Ordinal);

    private bool HasLookedThrough() =>
        Logger.Entries.Any(entry => entry.Level == LogLevel.Error && entry.Text.Contains("rebuilt", StringComparison.Ordinal));

    /// <summary>Makes the entry of the event at position 50 in the index "waiting" point to a row that doesn't exist.</summary>
    private void DamageIndexUnnoticed()
    {
        const byte Damaged = 50;
        int page;
        DateTime written = File.GetLastWriteTimeUtc(Folder.Outbox);
        using (Database database = Database.Open(Folder.Outbox, TimeSpan.FromSeconds(10)))
        {
            page = (int)database.QueryInt64("SELECT rootpage FROM sqlite_master WHERE name = 'waiting'");
        }

        Assert.Equal(written, File.GetLastWriteTimeUtc(Folder.Outbox));
        ChangeUnnoticed(file =>
        {
            Span<byte> root = file.AsSpan((page - 1) * 4096, 4096);
            Assert.Equal(0x0A, root[0]);
            for (int i = 0; i < (root[3] << 8 | root[4]); i++)
            {
                Span<byte> cell = root[(root[8 + (2 * i)] << 8 | root[9 + (2 * i)])..];
                if (cell[cell[0]] == Damaged)
                {
                    cell[cell[0]] = Damaged ^ 0x40;
                    return file;
                }
            }

            Assert.Fail("The index has no such entry.");
            return file;
        });
    }

    private void ChangeUnnoticed(Func<byte[], byte[]> change)
    {
        DateTime written = File.GetLastWriteTimeUtc(Folder.Outbox);
        File.WriteAllBytes(Folder.Outbox, change(File.ReadAllBytes(Folder.Outbox)));
        File.SetLastWriteTimeUtc(Folder.Outbox, written);
    }
}
