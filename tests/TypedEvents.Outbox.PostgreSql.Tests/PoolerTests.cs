namespace TypedEvents.Outbox.PostgreSql.Tests;

/// <summary>Connections that lead through PgBouncer.</summary>
public sealed class PoolerTests : OutboxTests
{
    [Fact]
    public async Task The_outbox_works_behind_a_pool_in_transaction_mode()
    {
        await using PgBouncer pool = await PgBouncer.StartAsync(Database.Server, PoolMode.Transaction);
        await using PostgreSqlOutbox outbox = await PostgreSqlOutbox.OpenAsync(pool.ConnectionString(Database), null, Cancellation);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(partition => AppendAsync(outbox, (partition, "a"), (partition, "b"))));
        await using IOutboxClaim claim = await ClaimAsync(outbox);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async partition =>
        {
            (_, List<OutboxEvent> read) = await ReadAsync(claim, partition);
            Assert.Equal(["a", "b"], Texts(read));
            Assert.True(await claim.SettleDeliveredAsync(read, Cancellation));
        }));
        await AssertInvariantAsync(outbox, appended: 32, delivered: 32, pending: 0);

        // The plan's settings end with their transaction.
        Assert.Equal("on", await Database.QueryAsync<string>("SELECT current_setting('enable_seqscan')"));
    }

    [Fact]
    public async Task A_pool_in_statement_mode_is_rejected_by_name()
    {
        await using PgBouncer pool = await PgBouncer.StartAsync(Database.Server, PoolMode.Statement);
        OutboxUnusableException exception = await Assert.ThrowsAsync<OutboxUnusableException>(
            () => PostgreSqlOutbox.OpenAsync(pool.ConnectionString(Database), null, Cancellation));
        Assert.Contains("PgBouncer in statement mode", exception.Message, StringComparison.Ordinal);
    }
}
