using TypedEvents.Outbox.Sqlite;

namespace TypedEvents.Stress.Tests;

/// <summary>A process that starts while the disk is full.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly SmallDisk _disk = new();

    private string OutboxPath => Path.Combine(_disk.Folder, "events.db");

    public void Dispose() => _disk.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_first_process_gets_an_error_that_says_to_free_some_space(bool isMade)
    {
        if (isMade)
        {
            await using SqliteOutbox made = SqliteOutbox.Open(OutboxPath);
            await made.GetPositionsAsync(TestContext.Current.CancellationToken);
        }

        Assert.SkipUnless(_disk.Fill(), "Mounting a small file system requires root on Linux.");
        await using SqliteOutbox outbox = SqliteOutbox.Open(OutboxPath);
        IOException error = await Assert.ThrowsAsync<IOException>(() => outbox.GetPositionsAsync(TestContext.Current.CancellationToken).AsTask());
        Assert.Contains(OutboxPath, error.Message, StringComparison.Ordinal);
        Assert.Contains("disk is full", error.Message, StringComparison.Ordinal);
        Assert.Contains("ree some space", error.Message, StringComparison.Ordinal);

        _disk.MakeRoom();
        await outbox.GetPositionsAsync(TestContext.Current.CancellationToken);
        Assert.Null(outbox.CorruptDatabasePath);
    }

    [Fact]
    public async Task Another_process_can_use_an_outbox_that_is_already_open()
    {
        await using SqliteOutbox first = SqliteOutbox.Open(OutboxPath);
        await first.GetPositionsAsync(TestContext.Current.CancellationToken);
        Assert.SkipUnless(_disk.Fill(), "Mounting a small file system requires root on Linux.");
        await using SqliteOutbox second = SqliteOutbox.Open(OutboxPath);
        Assert.Equal(new OutboxStatistics(), await second.GetStatisticsAsync(TestContext.Current.CancellationToken));
    }
}
