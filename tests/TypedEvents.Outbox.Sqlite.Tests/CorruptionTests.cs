using Microsoft.Extensions.Logging;

namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>A corrupt database is moved as a whole, reported, and replaced by a new one, unless another process has it open.</summary>
public sealed class CorruptionTests : OutboxTests
{
    public static TheoryData<string> Faults => ["header", "file of zeros", "application id", "root page", "every page but the first", "truncated", "cut within a page", "emptied", "tables gone"];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_corrupt_file_is_moved_and_a_new_one_is_created(string fault)
    {
        await FillAsync();
        Corrupt(fault);
        byte[] corrupt = await File.ReadAllBytesAsync(Folder.Outbox, Cancellation);

        await using (SqliteOutbox outbox = Open())
        {
            Assert.Equal(Folder.Outbox + ".corrupt-20261124T060000Z", outbox.CorruptDatabasePath);
            Assert.Equal(corrupt, await File.ReadAllBytesAsync(outbox.CorruptDatabasePath!, Cancellation));
            (LogLevel Level, string Text) entry = Assert.Single(Logger.Entries, entry => entry.Level == LogLevel.Critical);
            Assert.Contains(Folder.Outbox, entry.Text, StringComparison.Ordinal);
            Assert.Contains(outbox.CorruptDatabasePath!, entry.Text, StringComparison.Ordinal);
            Assert.Equal(new OutboxStatistics(), await GetStatisticsAsync(outbox));
            await AppendAsync(outbox, "new");
        }

        await using (SqliteOutbox again = Open())
        {
            Assert.Null(again.CorruptDatabasePath);
            Assert.Equal(["new"], await ListAsync(again, OutboxQuery.Pending));
        }
    }

    [Fact]
    public async Task The_log_is_moved_with_the_corrupt_file()
    {
        // A killed process leaves its WAL behind, with the pages that it changed. The other pages exist only in the file.
        await FillAsync();
        await KillWhileAppendingAsync();
        byte[] wal = await File.ReadAllBytesAsync(Folder.Outbox + "-wal", Cancellation);
        Assert.NotEmpty(wal);
        Corrupt("every page but the first");

        await using SqliteOutbox outbox = Open();
        Assert.NotNull(outbox.CorruptDatabasePath);
        Assert.Equal(wal, await File.ReadAllBytesAsync(outbox.CorruptDatabasePath + "-wal", Cancellation));
        Assert.Equal(new OutboxStatistics(), await GetStatisticsAsync(outbox));
    }

    [Fact]
    public async Task Two_files_moved_in_the_same_second_get_different_names()
    {
        await FillAsync();
        Corrupt("header");
        await Open().DisposeAsync();
        Corrupt("header");
        await using SqliteOutbox outbox = Open();
        Assert.Equal(Folder.Outbox + ".corrupt-20261124T060000Z-2", outbox.CorruptDatabasePath);
        Assert.True(File.Exists(Folder.Outbox + ".corrupt-20261124T060000Z"));
    }

    [Theory]
    [InlineData("every page but the first")]
    [InlineData("header")]
    public async Task A_corrupt_file_that_another_process_has_open_is_not_moved_and_the_error_says_so(string fault)
    {
        await FillAsync();
        using (ChildProcess child = ChildProcess.Start(["claim", Folder.Outbox]))
        {
            Assert.Equal("claimed", await child.ReadLineAsync());
            Corrupt(fault);
            byte[] corrupt = await File.ReadAllBytesAsync(Folder.Outbox, Cancellation);
            Exception? error = await Record.ExceptionAsync(async () =>
            {
                await using SqliteOutbox outbox = Open();
                await AppendAsync(outbox, "a");
                await ListAsync(outbox, OutboxQuery.Pending);
            });
            Assert.IsType<InvalidDataException>(error);
            Assert.Contains(Folder.Outbox, error.Message, StringComparison.Ordinal);
            Assert.Contains("End all processes that use it", error.Message, StringComparison.Ordinal);
            Assert.Equal(corrupt.Length, new FileInfo(Folder.Outbox).Length);
            Assert.DoesNotContain(Directory.GetFiles(Folder.Path), file => file.Contains("corrupt", StringComparison.Ordinal));
            await child.KillAsync();
        }

        await using SqliteOutbox alone = Open();
        Assert.NotNull(alone.CorruptDatabasePath);
    }

    [Fact]
    public async Task An_incomplete_commit_at_the_end_of_the_log_is_not_corruption()
    {
        IReadOnlyList<int> acknowledged = await KillWhileAppendingAsync();
        using (FileStream wal = File.OpenWrite(Folder.Outbox + "-wal"))
        {
            // As if the last commit had been interrupted.
            wal.Seek(0, SeekOrigin.End);
            wal.Write(new byte[1000]);
        }

        await using SqliteOutbox outbox = Open();
        Assert.Null(outbox.CorruptDatabasePath);
        Assert.True((await GetStatisticsAsync(outbox)).Pending >= acknowledged.Count * 10);
    }

    private async Task FillAsync()
    {
        await using SqliteOutbox outbox = Open();
        await AppendAsync(outbox, [.. Enumerable.Range(0, 200).Select(i => i + new string('x', 300))]);
    }

    private async Task<IReadOnlyList<int>> KillWhileAppendingAsync()
    {
        using ChildProcess child = ChildProcess.Start(["append", Folder.Outbox, "0"]);
        List<int> lines = [];
        while (lines.Count < 5)
        {
            lines.Add(int.Parse((await child.ReadLineAsync())!, System.Globalization.CultureInfo.InvariantCulture));
        }

        await child.KillAsync();
        return lines;
    }

    private void Corrupt(string fault)
    {
        var random = new Random(1);
        using FileStream file = File.Open(Folder.Outbox, FileMode.Open, FileAccess.ReadWrite);
        void Overwrite(long from, long length, bool isZero = false)
        {
            byte[] noise = new byte[length];
            if (!isZero)
            {
                random.NextBytes(noise);
            }

            file.Seek(from, SeekOrigin.Begin);
            file.Write(noise);
        }

        switch (fault)
        {
            case "header":
                Overwrite(0, 100);
                break;
            case "file of zeros":
                Overwrite(0, file.Length, isZero: true);
                break;
            case "application id":
                Overwrite(16, 84);
                break;
            case "root page":
                Overwrite(100, 3000);
                break;
            case "every page but the first":
                Overwrite(4096, file.Length - 4096);
                break;
            case "truncated":
                file.SetLength(file.Length / 2 / 4096 * 4096);
                break;
            case "cut within a page":
                file.SetLength(5000);
                break;
            case "emptied":
                file.SetLength(0);
                break;
            case "tables gone":
                file.Dispose();
                using (Database database = Database.Open(Folder.Outbox, TimeSpan.Zero))
                {
                    database.Execute("DROP TABLE outbox");
                }

                break;
        }
    }
}
