using System.Data;
using Npgsql;

namespace TypedEvents.Outbox.PostgreSql.Tests.Enlisting;

/// <summary>An event in the transaction of the order that it is about.</summary>
public sealed class TransactionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(IsolationLevel.ReadCommitted)]
    [InlineData(IsolationLevel.RepeatableRead)]
    [InlineData(IsolationLevel.Serializable)]
    public async Task An_event_is_sent_after_the_commit_and_not_before(IsolationLevel level)
    {
        await using Shop shop = await Shop.OpenAsync();
        await using NpgsqlConnection connection = await shop.Database.DataSource.OpenConnectionAsync(Token);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(level, Token);
        var id = Guid.NewGuid();

        await Shop.InsertAsync(connection, id);
        Assert.Equal(TrackResult.Accepted, await Shop.TrackAsync(shop.Tracker.Enlist(transaction), id));
        FlushResult open = await shop.Tracker.FlushAsync(Token);
        Assert.Equal((FlushOutcome.Settled, 1L, 0L), (open.Outcome, open.Tracker.Enlisted, open.Outbox!.Appended));
        Assert.Empty(shop.Arrived);

        await transaction.CommitAsync(Token);
        await shop.AssertOrdersHaveTheirEventsAsync(enlisted: 1);
        Assert.Equal([id], shop.Arrived);
    }

    [Fact]
    public async Task A_rollback_leaves_nothing()
    {
        await using Shop shop = await Shop.OpenAsync();
        await using NpgsqlConnection connection = await shop.Database.DataSource.OpenConnectionAsync(Token);
        await using (NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Token))
        {
            await Shop.InsertAsync(connection, Guid.NewGuid());
            await Shop.TrackAsync(shop.Tracker.Enlist(transaction), Guid.NewGuid());
            await transaction.RollbackAsync(Token);
        }

        await shop.AssertOrdersHaveTheirEventsAsync(enlisted: 1);
        Assert.Empty(shop.Arrived);
    }

    [Fact]
    public async Task A_rollback_to_a_savepoint_takes_the_events_after_it_back()
    {
        await using Shop shop = await Shop.OpenAsync();
        await using NpgsqlConnection connection = await shop.Database.DataSource.OpenConnectionAsync(Token);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Token);
        IEventTracker enlisted = shop.Tracker.Enlist(transaction);
        Guid[] ids = [Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid()];
        for (int i = 0; i < ids.Length; i++)
        {
            await transaction.SaveAsync("before_order", Token);
            await Shop.InsertAsync(connection, ids[i]);
            await Shop.TrackAsync(enlisted, ids[i]);
            if (i == 1)
            {
                await transaction.RollbackAsync("before_order", Token);
            }
            else
            {
                await transaction.ReleaseAsync("before_order", Token);
            }
        }

        await transaction.CommitAsync(Token);
        await shop.AssertOrdersHaveTheirEventsAsync(enlisted: 3);
        Assert.Equal([ids[0], ids[2]], shop.Arrived);
    }

    [Fact]
    public async Task An_open_transaction_stalls_nobody()
    {
        await using Shop shop = await Shop.OpenAsync();
        await using NpgsqlConnection connection = await shop.Database.DataSource.OpenConnectionAsync(Token);
        await using NpgsqlTransaction open = await connection.BeginTransactionAsync(Token);
        var early = Guid.NewGuid();
        await Shop.InsertAsync(connection, early);
        await Shop.TrackAsync(shop.Tracker.Enlist(open), early);

        Guid[] others = [.. Enumerable.Range(0, 50).Select(static _ => Guid.NewGuid())];
        foreach (Guid other in others)
        {
            await Shop.TrackAsync(shop.Tracker, other);
        }

        FlushResult meanwhile = await shop.Tracker.FlushAsync(Token);
        Assert.Equal((FlushOutcome.Settled, 50L), (meanwhile.Outcome, meanwhile.Outbox!.Delivered));
        Assert.Equal(others, shop.Arrived);

        await open.CommitAsync(Token);
        await shop.AssertOrdersHaveTheirEventsAsync(enlisted: 1, tracked: 50, others);
        Assert.Equal(early, shop.Arrived[^1]);
    }

    [Fact]
    public async Task Serializable_transactions_that_only_track_do_not_conflict()
    {
        await using Shop shop = await Shop.OpenAsync();
        await using NpgsqlConnection one = await shop.Database.DataSource.OpenConnectionAsync(Token);
        await using NpgsqlConnection other = await shop.Database.DataSource.OpenConnectionAsync(Token);
        await using NpgsqlTransaction first = await one.BeginTransactionAsync(IsolationLevel.Serializable, Token);
        await using NpgsqlTransaction second = await other.BeginTransactionAsync(IsolationLevel.Serializable, Token);
        for (int i = 0; i < 3; i++)
        {
            (Guid mine, Guid theirs) = (Guid.NewGuid(), Guid.NewGuid());
            await Shop.InsertAsync(one, mine);
            await Shop.TrackAsync(shop.Tracker.Enlist(first), mine);
            await Shop.InsertAsync(other, theirs);
            await Shop.TrackAsync(shop.Tracker.Enlist(second), theirs);
        }

        await second.CommitAsync(Token);
        await first.CommitAsync(Token);
        await shop.AssertOrdersHaveTheirEventsAsync(enlisted: 6);
    }

    /// <summary>Transactions that end in every way, in several at once, and events outside of them.</summary>
    [Fact]
    public async Task Whatever_transactions_do_each_committed_order_has_its_event_and_the_invariants_hold()
    {
        int seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        await using Shop shop = await Shop.OpenAsync();
        (int Enlisted, List<Guid> Others)[] done = await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => WorkAsync(new Random(seed + worker))));

        Guid[] others = [.. done.SelectMany(static work => work.Others)];
        await shop.AssertOrdersHaveTheirEventsAsync(done.Sum(static work => work.Enlisted), others.Length, others);

        async Task<(int Enlisted, List<Guid> Others)> WorkAsync(Random random)
        {
            int enlisted = 0;
            List<Guid> others = [];
            await using NpgsqlConnection connection = await shop.Database.DataSource.OpenConnectionAsync(Token);
            for (int round = 0; round < 25; round++)
            {
                await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Token);
                IEventTracker inTransaction = shop.Tracker.Enlist(transaction);
                for (int step = random.Next(4); step >= 0; step--)
                {
                    await transaction.SaveAsync("step", Token);
                    var id = Guid.NewGuid();
                    await Shop.InsertAsync(connection, id);
                    await Shop.TrackAsync(inTransaction, id);
                    enlisted++;
                    if (random.Next(4) == 0)
                    {
                        await transaction.RollbackAsync("step", Token);
                    }

                    if (random.Next(4) == 0)
                    {
                        others.Add(Guid.NewGuid());
                        await Shop.TrackAsync(shop.Tracker, others[^1]);
                    }
                }

                if (random.Next(3) != 0)
                {
                    await transaction.CommitAsync(Token);
                }
            }

            return (enlisted, others);
        }
    }
}
