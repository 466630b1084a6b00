using Microsoft.Extensions.Logging;

namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>A corrupt database is moved aside whole, said aloud, and a new one is begun; but not under the feet of others.</summary>
public sealed class CorruptionTests : OutboxTests
{
    public static TheoryData<string> Faults => ["header", "file of zeros", "application id", "root page", "every page but the first", "truncated", "cut within a page", "emptied", "tables gone"];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task It_is_moved_aside_and_a_new_one_begun(string fault)
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
    public async Task Its_log_goes_with_it()
    {
        // A killed process leaves its WAL behind, with the pages that it changed: of the others only the file has a copy.
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
    public async Task Two_in_one_second_get_two_names()
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
    public async Task While_another_process_has_it_open_it_is_left_and_the_error_says_so(string fault)
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
    public async Task What_was_only_cut_off_in_the_log_is_no_corruption()
    {
        IReadOnlyList<int> acknowledged = await KillWhileAppendingAsync();
        using (FileStream wal = File.OpenWrite(Folder.Outbox + "-wal"))
        {
            // As if the last commit hadn't come to its end.
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
