using Npgsql;

namespace TypedEvents.Outbox.PostgreSql.Tests;

/// <summary>Events of transactions that are committed after later ones: none is passed over, and each is read before what comes after it.</summary>
public sealed class LateEventTests : OutboxTests
{
    [Theory]
    [InlineData("BEGIN ISOLATION LEVEL READ COMMITTED", "COMMIT")]
    [InlineData("BEGIN ISOLATION LEVEL REPEATABLE READ", "COMMIT")]
    [InlineData("BEGIN ISOLATION LEVEL SERIALIZABLE", "COMMIT")]
    [InlineData("BEGIN; SAVEPOINT one", "COMMIT")]
    [InlineData("BEGIN", "PREPARE TRANSACTION 'late'; COMMIT PREPARED 'late'")]
    public async Task An_event_that_is_committed_late_is_reported_and_then_read_before_the_others(string begin, string commit)
    {
        PostgreSqlOutbox outbox = Open();
        await AppendAsync(outbox, (5, "before"));
        await using NpgsqlConnection connection = await Database.DataSource.OpenConnectionAsync(Cancellation);
        await ExecuteAsync(connection, begin);
        await AppendInOpenTransactionAsync(outbox, connection, (5, "late"), (6, "late too"));
        await AppendAsync(outbox, (5, "after"));
        IOutboxClaim claim = await ClaimAsync(outbox);

        (_, List<OutboxEvent> first) = await ReadAsync(claim, 5);
        Assert.Equal(["before", "after"], Texts(first));
        Assert.True(await claim.SettleDeliveredAsync([first[0]], Cancellation));
        (OutboxReadResult nothing, List<OutboxEvent> none) = await ReadAsync(claim, 5, first[^1].Position);
        Assert.Equal((default, 0), (nothing, none.Count));

        foreach (string statement in commit.Split("; "))
        {
            await ExecuteAsync(connection, statement);
        }

        (OutboxReadResult late, List<OutboxEvent> discarded) = await ReadAsync(claim, 5, first[^1].Position);
        Assert.Empty(discarded);
        long position = Assert.NotNull(late.LatePosition);
        Assert.InRange(position, first[0].Position + 1, first[1].Position - 1);
        (_, List<OutboxEvent> again) = await ReadAsync(claim, 5, position - 1);
        Assert.Equal(["late", "after"], Texts(again));
        Assert.Equal(default, (await ReadAsync(claim, 5, again[^1].Position)).Result);
        Assert.Equal(["late too"], Texts((await ReadAsync(claim, 6)).Events));
        Assert.True(await claim.SettleDeliveredAsync(again, Cancellation));
        await AssertInvariantAsync(outbox, appended: 4, delivered: 3, pending: 1);
    }

    [Fact]
    public async Task A_rollback_leaves_nothing()
    {
        PostgreSqlOutbox outbox = Open();
        await AppendAsync(outbox, (5, "before"));
        await using (NpgsqlConnection connection = await Database.DataSource.OpenConnectionAsync(Cancellation))
        await using (NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancellation))
        {
            await AppendAsync(outbox, transaction, (5, "never"));
            await transaction.RollbackAsync(Cancellation);
        }

        IOutboxClaim claim = await ClaimAsync(outbox);
        (_, List<OutboxEvent> read) = await ReadAsync(claim, 5);
        Assert.Equal(["before"], Texts(read));
        Assert.Equal(default, (await ReadAsync(claim, 5, read[0].Position)).Result);
        await AssertInvariantAsync(outbox, appended: 1, delivered: 0, pending: 1);
    }

    [Fact]
    public async Task A_read_that_only_looks_does_not_count_as_reading()
    {
        PostgreSqlOutbox outbox = Open();
        await using NpgsqlConnection connection = await Database.DataSource.OpenConnectionAsync(Cancellation);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancellation);
        await AppendAsync(outbox, (5, "read"));
        await AppendAsync(outbox, transaction, (5, "late"));
        await AppendAsync(outbox, (5, "last"));
        IOutboxClaim claim = await ClaimAsync(outbox);
        (_, List<OutboxEvent> read) = await ReadAsync(claim, 5);
        await transaction.CommitAsync(Cancellation);

        List<OutboxEvent> peeked = [];
        await claim.ReadAsync(new OutboxReadRequest(5) { After = read[0].Position, MaxEvents = 1, IsPeek = true }, peeked, Cancellation);
        Assert.Equal(["late"], Texts(peeked));

        // What the lane has read is unchanged, so the event is late for it.
        Assert.Equal(peeked[0].Position, (await ReadAsync(claim, 5, read[^1].Position)).Result.LatePosition);
    }

    /// <summary>A stored floor lets a takeover pass what was delivered before; what is committed below it later is found all the same.</summary>
    [Fact]
    public async Task A_takeover_at_a_floor_finds_what_was_committed_below_it()
    {
        PostgreSqlOutbox outbox = Open();
        await AppendAsync(outbox, (5, "delivered"));
        await using NpgsqlConnection connection = await Database.DataSource.OpenConnectionAsync(Cancellation);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancellation);
        await AppendAsync(outbox, transaction, (5, "below"));
        await AppendAsync(outbox, (5, "first"));
        IOutboxClaim claim = await ClaimAsync(outbox);
        (_, List<OutboxEvent> read) = await ReadAsync(claim, 5);
        Assert.True(await claim.SettleDeliveredAsync([read[0]], Cancellation));
        await ((PostgreSqlClaim)claim).StoreFloorsAsync(Cancellation);
        Assert.Equal(read[1].Position - 1, await Database.QueryAsync<long>("SELECT floor FROM typed_events.floors WHERE partition = 5"));
        await claim.DisposeAsync();
        await transaction.CommitAsync(Cancellation);

        IOutboxClaim next = await ClaimAsync(Open());
        Assert.Equal(["below", "first"], Texts((await ReadAsync(next, 5)).Events));
    }

    private static async Task AppendInOpenTransactionAsync(PostgreSqlOutbox outbox, NpgsqlConnection connection, params (int Partition, string Json)[] events)
    {
        OutboxStore store = await outbox.GetStoreAsync(Cancellation);
        Command append = (await store.PrepareInTransactionAsync(Block(events), transactionId: null, Cancellation))!.Value;
        await using var command = new NpgsqlCommand(append.Sql, connection);
        command.Parameters.AddRange(append.Parameters);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
