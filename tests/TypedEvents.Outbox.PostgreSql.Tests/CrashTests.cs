using Npgsql;

namespace TypedEvents.Outbox.PostgreSql.Tests;

/// <summary>Crashes of the server: they void every claim, and nothing that was appended is lost.</summary>
public sealed class CrashTests : OutboxTests
{
    private PostgreSqlServer? _server;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    protected override async Task<PostgreSqlDatabase> CreateDatabaseAsync()
    {
        _server = await PostgreSqlServer.StartAsync();
        return await _server.CreateDatabaseAsync();
    }

    [Fact]
    public async Task A_crash_voids_the_claim_and_the_floors_and_a_new_claim_has_all_events()
    {
        PostgreSqlOutbox outbox = Open();
        await AppendAsync(outbox, (1, "a"), (1, "b"), (2, "c"));
        IOutboxClaim claim = await ClaimAsync(outbox);
        (_, List<OutboxEvent> read) = await ReadAsync(claim, 1);
        Assert.True(await claim.SettleDeliveredAsync([read[0]], Cancellation));
        await ((PostgreSqlClaim)claim).StoreFloorsAsync(Cancellation);

        await _server!.RestartAsync(StopMode.Immediate);

        Assert.Equal(0L, await Database.QueryAsync<long>("SELECT (SELECT count(*) FROM typed_events.senders) + (SELECT count(*) FROM typed_events.floors)"));
        Assert.False(await claim.SettleDeliveredAsync([read[1]], Cancellation));
        IOutboxClaim next = await ClaimAsync(outbox);
        Assert.Equal(["b"], Texts((await ReadAsync(next, 1)).Events));
        Assert.Equal(["c"], Texts((await ReadAsync(next, 2)).Events));
        await AssertInvariantAsync(outbox, appended: 3, delivered: 1, pending: 2);
    }

    [Fact]
    public async Task After_a_promotion_the_old_claim_settles_nothing()
    {
        PostgreSqlOutbox outbox = Open();
        await AppendAsync(outbox, (1, "a"));
        IOutboxClaim claim = await ClaimAsync(outbox);
        (_, List<OutboxEvent> read) = await ReadAsync(claim, 1);
        await using PostgreSqlServer standby = await _server!.StartStandbyAsync();
        string connection = new NpgsqlConnectionStringBuilder(standby.ConnectionString) { Database = new NpgsqlConnectionStringBuilder(Database.ConnectionString).Database }.ConnectionString;

        // A standby has no transaction ids of its own, so late events would be missed on it.
        InvalidOperationException exception = await Assert.ThrowsAsync<InvalidOperationException>(() => PostgreSqlOutbox.OpenAsync(connection, null, Cancellation));
        Assert.Contains("standby", exception.Message, StringComparison.Ordinal);

        await standby.PromoteAsync();
        await using PostgreSqlOutbox promoted = await PostgreSqlOutbox.OpenAsync(connection, null, Cancellation);
        await using IOutboxClaim next = await ClaimAsync(promoted);
        Assert.Equal(Partition.Count, next.Partitions.Count);
        Assert.Equal(read[0].Position, (await ReadAsync(next, 1)).Events[0].Position);
    }
}
