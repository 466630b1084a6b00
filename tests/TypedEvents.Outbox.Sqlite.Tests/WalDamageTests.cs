using System.Globalization;
using Microsoft.Extensions.Logging;

namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>
/// SQLite takes the first damaged frame of its log for the end of the log. What follows is copied and reported before SQLite overwrites it.
/// </summary>
public sealed class WalDamageTests : OutboxTests
{
    private const int PageSize = 4096;
    private const int FrameSize = PageSize + 24;

    private string Wal => Folder.Outbox + "-wal";

    [Theory]
    [InlineData("page", 1)]
    [InlineData("page", 50)]
    [InlineData("checksum", 50)]
    [InlineData("page number", 50)]
    [InlineData("generation", 50)]
    [InlineData("header", 0)]
    [InlineData("header checksum", 0)]
    public async Task A_flipped_bit_is_reported_and_the_frames_after_it_are_in_a_copy(string place, int percent)
    {
        int acknowledged = await KillWhileAppendingAsync();
        byte[] wal = await File.ReadAllBytesAsync(Wal, Cancellation);
        int frame = 32 + (((wal.Length - 32) / FrameSize) * percent / 100 * FrameSize);
        wal[place switch
        {
            "page" => frame + 24 + 2000,
            "checksum" => frame + 17,
            "page number" => frame + 3,
            "generation" => frame + 9,
            "header" => 18,
            _ => 25,
        }] ^= 1;
        await File.WriteAllBytesAsync(Wal, wal, Cancellation);
        byte[] database = await File.ReadAllBytesAsync(Folder.Outbox, Cancellation);

        string copy;
        long read;
        await using (SqliteOutbox outbox = Open())
        {
            copy = Assert.IsType<string>(outbox.DamagedCopyPath);
            Assert.Equal(Folder.Outbox + ".damaged-20261124T060000Z", copy);
            string entry = Assert.Single(Logger.Entries, entry => entry.Level == LogLevel.Critical).Text;
            Assert.Contains(Folder.Outbox, entry, StringComparison.Ordinal);
            Assert.Contains(copy, entry, StringComparison.Ordinal);
            Assert.Null(outbox.CorruptDatabasePath);
            read = (await GetStatisticsAsync(outbox)).Pending;
            Assert.True(read < acknowledged, $"{read} of {acknowledged}: no event was lost, so the test proves nothing");
            await AppendAsync(outbox, "new");
        }

        Assert.Equal(database, await File.ReadAllBytesAsync(copy, Cancellation));
        Assert.Equal(wal, await File.ReadAllBytesAsync(copy + "-wal", Cancellation));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(copy));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(copy + "-wal"));
        }

        // The remedy that the log message names.
        SalvageResult result = await SqliteOutbox.SalvageAsync(copy, Path.Combine(Folder.Path, "salvaged.db"), Cancellation);
        Assert.True(result.PendingEvents > read, $"{result.PendingEvents} of {acknowledged}, and SQLite alone read {read}");
        Assert.True(result.LogFramesBehindDamage > 0);
        Assert.True(result.MayContainSettledEvents);

        await using SqliteOutbox again = Open();
        Assert.Null(again.DamagedCopyPath);
    }

    [Fact]
    public async Task A_damaged_log_is_copied_if_the_lock_file_is_missing()
    {
        await KillWhileAppendingAsync();
        await FlipBitAsync();
        File.Delete(Folder.Outbox + "-open.lock");
        await using SqliteOutbox outbox = Open();
        Assert.NotNull(outbox.DamagedCopyPath);
    }

    [Fact]
    public async Task Forgetting_the_target_does_not_write_to_a_file_with_a_damaged_log()
    {
        await KillWhileAppendingAsync();
        byte[] wal = await FlipBitAsync();
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => SqliteOutbox.ForgetTarget(Folder.Outbox));
        Assert.Contains($"log of the outbox '{Folder.Outbox}' is damaged", error.Message, StringComparison.Ordinal);
        Assert.Equal(wal, await File.ReadAllBytesAsync(Wal, Cancellation));

        // The remedy that the message names.
        await using (SqliteOutbox outbox = Open())
        {
            Assert.NotNull(outbox.DamagedCopyPath);
        }

        SqliteOutbox.ForgetTarget(Folder.Outbox);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_log_without_its_database_is_moved_away_and_can_be_salvaged(bool isEmptyFileThere)
    {
        int acknowledged = await KillWhileAppendingAsync();
        byte[] wal = await File.ReadAllBytesAsync(Wal, Cancellation);
        File.Delete(Folder.Outbox);
        if (isEmptyFileThere)
        {
            await File.WriteAllBytesAsync(Folder.Outbox, [], Cancellation);
        }

        string moved;
        await using (SqliteOutbox outbox = Open())
        {
            moved = Assert.IsType<string>(outbox.CorruptDatabasePath);
            Assert.Contains(moved, Assert.Single(Logger.Entries, entry => entry.Level == LogLevel.Critical).Text, StringComparison.Ordinal);
            await AppendAsync(outbox, "new");
        }

        Assert.Equal(wal, await File.ReadAllBytesAsync(moved + "-wal", Cancellation));

        // The remedy that the log message names.
        SalvageResult result = await SqliteOutbox.SalvageAsync(moved, Path.Combine(Folder.Path, "salvaged.db"), Cancellation);
        Assert.InRange(result.PendingEvents, acknowledged, acknowledged + 10);
    }

    [Fact]
    public async Task A_full_disk_while_a_damaged_log_is_copied_leaves_no_part_of_a_copy()
    {
        await KillWhileAppendingAsync();
        await FlipBitAsync();

        // The copy of the database, which follows the copy of its log, can't be created.
        string copy = Folder.Outbox + ".damaged-20261124T060000Z";
        Directory.CreateDirectory(copy);
        IOException error = Assert.Throws<IOException>(() => Open());
        Assert.Contains("couldn't be written", error.Message, StringComparison.Ordinal);
        Assert.Contains(copy, error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(copy + "-wal"));

        Directory.Delete(copy);
        await using SqliteOutbox outbox = Open();
        Assert.Equal(copy, outbox.DamagedCopyPath);
    }

    [Fact]
    public async Task A_truncated_log_is_not_damage()
    {
        await KillWhileAppendingAsync();
        byte[] wal = await File.ReadAllBytesAsync(Wal, Cancellation);
        foreach (int length in (int[])[wal.Length - 1, wal.Length - FrameSize, wal.Length - FrameSize - 100, 32 + FrameSize, 32, 10, 0])
        {
            await File.WriteAllBytesAsync(Wal, wal[..length], Cancellation);
            using var stream = new MemoryStream(wal[..length]);
            Assert.False(WalInspection.Of(stream, PageSize)?.IsDamaged ?? false);
        }

        await using SqliteOutbox outbox = Open();
        Assert.Null(outbox.DamagedCopyPath);
        Assert.DoesNotContain(Logger.Entries, entry => entry.Level == LogLevel.Critical);
    }

    /// <summary>A power failure may leave later frames of the last commit on the disk, and its first one not: that commit was never acknowledged.</summary>
    [Fact]
    public async Task A_last_commit_that_is_there_in_part_is_not_damage()
    {
        await using (SqliteOutbox outbox = Open())
        {
            await AppendAsync(outbox, "before");
            await AppendAsync(outbox, [.. Enumerable.Range(0, 100).Select(i => i + new string('x', 300))]);
            File.Copy(Wal, Wal + ".copy");
        }

        byte[] wal = await File.ReadAllBytesAsync(Wal + ".copy", Cancellation);
        using var whole = new MemoryStream(wal);
        IReadOnlyList<WalFrame> frames = WalInspection.Of(whole, PageSize)!.Valid;
        int first = frames.Last(frame => frame.IsCommit && frame.Index < frames[^1].Index).Index + 1;
        Assert.True(frames[^1].Index >= first + 3, "The last commit has too few frames for this test.");
        wal.AsSpan(32 + (first * FrameSize), FrameSize).Clear();

        using var torn = new MemoryStream(wal);
        WalInspection inspection = WalInspection.Of(torn, PageSize)!;

        Assert.Equal(first, inspection.ReadableFrames);
        Assert.False(inspection.IsDamaged);
    }

    [Fact]
    public async Task The_rest_of_an_earlier_generation_is_not_damage()
    {
        // After a checkpoint SQLite starts again at the beginning of the log, and leaves the rest of a longer log behind.
        await using SqliteOutbox outbox = Open();
        await AppendAsync(outbox, [.. Enumerable.Range(0, 200).Select(i => i + new string('x', 300))]);
        outbox.WriterDatabase.Execute("PRAGMA wal_checkpoint(RESTART)");
        await AppendAsync(outbox, "a");
        await using var stream = new FileStream(Wal, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        WalInspection inspection = Assert.IsType<WalInspection>(WalInspection.Of(stream, PageSize));
        Assert.True(stream.Length > 32 + ((inspection.ReadableFrames + 5) * FrameSize));
        Assert.InRange(inspection.ReadableFrames, 1, 10);
        Assert.False(inspection.IsDamaged);
    }

    [Fact]
    public async Task An_intact_log_is_read_as_SQLite_reads_it()
    {
        int acknowledged = await KillWhileAppendingAsync();
        await using (var stream = new FileStream(Wal, FileMode.Open, FileAccess.Read))
        {
            WalInspection inspection = Assert.IsType<WalInspection>(WalInspection.Of(stream, PageSize));
            Assert.False(inspection.IsDamaged);
            Assert.Equal(inspection.ReadableFrames, inspection.Valid.Count);
        }

        await using SqliteOutbox outbox = Open();
        Assert.Null(outbox.DamagedCopyPath);
        Assert.True((await GetStatisticsAsync(outbox)).Pending >= acknowledged);
    }

    private async Task<byte[]> FlipBitAsync()
    {
        byte[] wal = await File.ReadAllBytesAsync(Wal, Cancellation);
        wal[32 + ((wal.Length - 32) / FrameSize / 2 * FrameSize) + 24 + 2000] ^= 1;
        await File.WriteAllBytesAsync(Wal, wal, Cancellation);
        return wal;
    }

    private async Task<int> KillWhileAppendingAsync()
    {
        using ChildProcess child = ChildProcess.Start(["append", Folder.Outbox, "0"]);
        int last = 0;
        for (int i = 0; i < 30; i++)
        {
            last = int.Parse((await child.ReadLineAsync())!, CultureInfo.InvariantCulture);
        }

        IReadOnlyList<string> rest = await child.KillAsync();
        return rest.Count > 0 ? int.Parse(rest[^1], CultureInfo.InvariantCulture) + 1 : last + 1;
    }
}
