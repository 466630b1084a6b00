namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>A full disk, simulated with <c>PRAGMA max_page_count</c>: SQLite returns the same error as on a full disk (SQLITE_FULL).</summary>
public sealed class FullDiskTests : OutboxTests
{
    [Fact]
    public async Task A_block_that_does_not_fit_changes_nothing_and_is_appended_once_there_is_space()
    {
        await using SqliteOutbox outbox = Open();
        await AppendAsync(outbox, "a");
        OutboxStatistics statistics = await GetStatisticsAsync(outbox);
        long pages = outbox.WriterDatabase.QueryInt64("PRAGMA page_count");
        outbox.WriterDatabase.QueryInt64($"PRAGMA max_page_count = {pages + 5}");
        EventBlock large = Block([.. Enumerable.Range(0, 20).Select(i => i + new string('x', 5000))]);

        for (int attempt = 0; attempt < 3; attempt++)
        {
            IOException error = await Assert.ThrowsAsync<IOException>(async () => await outbox.AppendAsync([Block("b"), large], Cancellation));
            Assert.Contains(Folder.Outbox, error.Message, StringComparison.Ordinal);
            Assert.Contains("the disk is full", error.Message, StringComparison.Ordinal);
            Assert.Equal(statistics, await GetStatisticsAsync(outbox));
            Assert.Equal(["a"], await ListAsync(outbox, OutboxQuery.Pending));
        }

        outbox.WriterDatabase.QueryInt64("PRAGMA max_page_count = 100000");
        Assert.Equal(2, await outbox.AppendAsync([Block("b"), large], Cancellation));
        Assert.Equal(22, (await GetStatisticsAsync(outbox)).Pending);
    }

    [Fact]
    public async Task Sending_continues_and_frees_space()
    {
        await using SqliteOutbox outbox = Open();
        EventBlock large = Block([.. Enumerable.Range(0, 20).Select(i => i + new string('x', 5000))]);
        Assert.Equal(1, await outbox.AppendAsync([large], Cancellation));
        outbox.WriterDatabase.QueryInt64($"PRAGMA max_page_count = {outbox.WriterDatabase.QueryInt64("PRAGMA page_count")}");
        await Assert.ThrowsAsync<IOException>(async () => await outbox.AppendAsync([large], Cancellation));

        await using IOutboxClaim claim = await ClaimAsync(outbox);
        List<OutboxEvent> read = await ReadAsync(claim);
        Assert.True(await claim.SettleDeliveredAsync(read[2..], Cancellation));
        Assert.True(await claim.SettleDeadLetterAsync(read[..2], Rejection, Cancellation));
        Assert.Equal(new OutboxStatistics { Appended = 20, Delivered = 18, DeadLetters = 2 }, await GetStatisticsAsync(outbox));
        Assert.Equal(2, await outbox.PurgeAsync(OutboxQuery.DeadLetters, Cancellation));
        Assert.Equal(1, await outbox.AppendAsync([large], Cancellation));
    }

    [Fact]
    public async Task A_settlement_that_fails_changes_nothing()
    {
        await using SqliteOutbox outbox = Open();
        await AppendAsync(outbox, "a", "b");
        await using IOutboxClaim claim = await ClaimAsync(outbox);
        List<OutboxEvent> read = await ReadAsync(claim);
        OutboxStatistics statistics = await GetStatisticsAsync(outbox);
        outbox.WriterDatabase.Execute("PRAGMA query_only = ON"); // Any error at all: SQLITE_READONLY.

        await Assert.ThrowsAsync<IOException>(async () => await claim.SettleDeliveredAsync(read, Cancellation));
        await Assert.ThrowsAsync<IOException>(async () => await claim.SettleDeadLetterAsync(read, Rejection, Cancellation));
        await Assert.ThrowsAsync<IOException>(async () => await claim.HoldAsync("page_viewed", Cancellation));
        await Assert.ThrowsAsync<IOException>(async () => await outbox.PurgeAsync(OutboxQuery.Pending, Cancellation));
        Assert.Equal(statistics, await GetStatisticsAsync(outbox));

        outbox.WriterDatabase.Execute("PRAGMA query_only = OFF");
        Assert.True(await claim.SettleDeliveredAsync(read, Cancellation));
        Assert.Equal(2, (await GetStatisticsAsync(outbox)).Delivered);
    }
}
