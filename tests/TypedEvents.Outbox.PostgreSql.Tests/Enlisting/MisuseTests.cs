using Microsoft.Data.Sqlite;
using Npgsql;

namespace TypedEvents.Outbox.PostgreSql.Tests.Enlisting;

/// <summary>What can't be done in a transaction says so, and what isn't inserted is counted.</summary>
public sealed class MisuseTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("commit")]
    [InlineData("rollback")]
    [InlineData("dispose")]
    [InlineData("close")]
    public async Task After_the_end_of_the_transaction_every_call_throws_and_says_so(string end)
    {
        await using Shop shop = await Shop.OpenAsync();
        await using NpgsqlConnection connection = await shop.Database.DataSource.OpenConnectionAsync(Token);
        NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Token);
        IEventTracker enlisted = shop.Tracker.Enlist(transaction);
        await (end switch
        {
            "commit" => transaction.CommitAsync(Token),
            "rollback" => transaction.RollbackAsync(Token),
            "dispose" => transaction.DisposeAsync().AsTask(),
            _ => connection.CloseAsync(),
        });

        InvalidOperationException ended = await Assert.ThrowsAsync<InvalidOperationException>(async () => await Shop.TrackAsync(enlisted, Guid.NewGuid()));
        Assert.Contains("has ended", ended.Message, StringComparison.Ordinal);
        Assert.Contains("has ended", Assert.Throws<ArgumentException>(() => shop.Tracker.Enlist(transaction)).Message, StringComparison.Ordinal);
        await shop.AssertOrdersHaveTheirEventsAsync(enlisted: 0);
    }

    /// <summary>Npgsql uses one transaction object for all transactions of a connection.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_tracker_that_was_kept_appends_nothing_to_the_next_transaction_of_the_connection(bool isCommitted)
    {
        await using Shop shop = await Shop.OpenAsync();
        await using NpgsqlConnection connection = await shop.Database.DataSource.OpenConnectionAsync(Token);
        NpgsqlTransaction first = await connection.BeginTransactionAsync(Token);
        IEventTracker kept = shop.Tracker.Enlist(first);
        (Guid early, Guid late) = (Guid.NewGuid(), Guid.NewGuid());
        await first.SaveAsync("before_order", Token);
        await Shop.TrackAsync(kept, Guid.NewGuid());
        await first.RollbackAsync("before_order", Token);
        await Shop.InsertAsync(connection, early);
        Assert.Equal(TrackResult.Accepted, await Shop.TrackAsync(kept, early));
        await (isCommitted ? first.CommitAsync(Token) : first.RollbackAsync(Token));
        await first.DisposeAsync();

        await using NpgsqlTransaction second = await connection.BeginTransactionAsync(Token);
        Assert.Same(first, second);
        InvalidOperationException ended = await Assert.ThrowsAsync<InvalidOperationException>(async () => await Shop.TrackAsync(kept, Guid.NewGuid()));
        Assert.Contains("has ended", ended.Message, StringComparison.Ordinal);

        // Nothing is broken: the next transaction goes on.
        await Shop.InsertAsync(connection, late);
        await Shop.TrackAsync(shop.Tracker.Enlist(second), late);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await Shop.TrackAsync(kept, Guid.NewGuid()));
        await second.CommitAsync(Token);
        await shop.AssertOrdersHaveTheirEventsAsync(enlisted: 3);
    }

    [Fact]
    public async Task A_transaction_of_another_provider_is_named()
    {
        await using Shop shop = await Shop.OpenAsync();
        await using var sqlite = new SqliteConnection("Data Source=:memory:");
        await sqlite.OpenAsync(Token);
        await using SqliteTransaction transaction = sqlite.BeginTransaction();

        ArgumentException problem = Assert.Throws<ArgumentException>(() => shop.Tracker.Enlist(transaction));

        Assert.Contains(nameof(SqliteTransaction), problem.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(NpgsqlTransaction), problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Track_names_TrackAsync()
    {
        await using Shop shop = await Shop.OpenAsync();
        await using NpgsqlConnection connection = await shop.Database.DataSource.OpenConnectionAsync(Token);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Token);

        NotSupportedException synchronous = Assert.Throws<NotSupportedException>(
            () => shop.Tracker.Enlist(transaction).TrackOrderPlaced(EngageUser.UserId("user-42"), Guid.NewGuid(), 1));

        Assert.Contains("TrackAsync", synchronous.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_that_is_dropped_inserts_nothing_and_leaves_the_transaction_usable()
    {
        await using Shop shop = await Shop.OpenAsync(options =>
        {
            options.MaxEventBytes = 1024;
            options.Filter = static (user, _) => user.ExternalId != "filtered";
        });
        await using NpgsqlConnection connection = await shop.Database.DataSource.OpenConnectionAsync(Token);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Token);
        IEventTracker enlisted = shop.Tracker.Enlist(transaction);
        var id = Guid.NewGuid();
        await Shop.InsertAsync(connection, id);

        Assert.Equal(TrackResult.Invalid, await enlisted.TrackOrderPlacedAsync(default(Euid), id, 1, cancellationToken: Token));
        Assert.Equal(TrackResult.Filtered, await enlisted.TrackOrderPlacedAsync(EngageUser.UserId("filtered"), id, 1, cancellationToken: Token));
        Assert.Equal(TrackResult.TooLarge, await enlisted.TrackNoteTakenAsync(EngageUser.UserId("user-42"), new string('x', 2000), cancellationToken: Token));
        Assert.Equal(TrackResult.NoUser, await shop.Tracker.ForUser(null).Enlist(transaction).TrackOrderPlacedAsync(id, 1, cancellationToken: Token));
        Assert.Equal(TrackResult.Accepted, await Shop.TrackAsync(enlisted, id));
        await transaction.CommitAsync(Token);

        await shop.AssertOrdersHaveTheirEventsAsync(enlisted: 1, tracked: 4);
        DroppedEvents dropped = shop.Tracker.Statistics.Dropped;
        Assert.Equal((1, 1, 1, 1), (dropped.Invalid, dropped.Filtered, dropped.TooLarge, dropped.NoUser));
    }

    [Fact]
    public async Task A_full_outbox_inserts_nothing_and_leaves_the_transaction_usable()
    {
        await using Shop shop = await Shop.OpenAsync(configureOutbox: static options => options.MaxBytes = PostgreSqlOutboxOptions.MinBytes);
        await using NpgsqlConnection connection = await shop.Database.DataSource.OpenConnectionAsync(Token);
        shop.Emulator.RespondWith(Emulator.EmulatorBehavior.Respond(401, 40050));
        string text = new('x', 30_000);
        int accepted = 0;
        while (true)
        {
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Token);
            TrackResult result = await shop.Tracker.Enlist(transaction).TrackNoteTakenAsync(EngageUser.UserId("user-42"), text, cancellationToken: Token);
            await transaction.CommitAsync(Token);
            if (result == TrackResult.BufferFull)
            {
                break;
            }

            Assert.Equal(TrackResult.Accepted, result);
            Assert.InRange(++accepted, 1, 10_000);
        }

        TrackerStatistics tracker = shop.Tracker.Statistics;
        Assert.Equal((1, 1, accepted), (tracker.Tracked, tracker.Dropped.BufferFull, tracker.Enlisted));
        OutboxStatistics outbox = (await shop.Tracker.Outbox.GetStatisticsAsync(Token))!;
        Assert.Equal((accepted, accepted), (outbox.Appended, outbox.Pending));
    }

    [Fact]
    public async Task A_statement_that_fails_throws_and_counts_nothing()
    {
        await using Shop shop = await Shop.OpenAsync();
        (string role, string connectionString) = await shop.Database.CreateRoleAsync();
        await shop.Database.ExecuteAsync($"""GRANT INSERT ON orders TO "{role}" """);
        await using var dataSource = NpgsqlDataSource.Create(connectionString);
        await using NpgsqlConnection connection = await dataSource.OpenConnectionAsync(Token);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Token);
        IEventTracker enlisted = shop.Tracker.Enlist(transaction);
        await Shop.InsertAsync(connection, Guid.NewGuid());

        PostgresException denied = await Assert.ThrowsAsync<PostgresException>(async () => await Shop.TrackAsync(enlisted, Guid.NewGuid()));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, denied.SqlState);
        PostgresException broken = await Assert.ThrowsAsync<PostgresException>(async () => await Shop.TrackAsync(enlisted, Guid.NewGuid()));
        Assert.Equal(PostgresErrorCodes.InFailedSqlTransaction, broken.SqlState);

        await transaction.RollbackAsync(Token);
        await shop.AssertOrdersHaveTheirEventsAsync(enlisted: 0);
    }

    [Fact]
    public async Task A_cancelled_call_counts_as_cancelled()
    {
        await using Shop shop = await Shop.OpenAsync();
        await using NpgsqlConnection connection = await shop.Database.DataSource.OpenConnectionAsync(Token);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Token);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await shop.Tracker.Enlist(transaction).TrackOrderPlacedAsync(EngageUser.UserId("user-42"), Guid.NewGuid(), 1, cancellationToken: cancelled.Token));
        await transaction.CommitAsync(Token);

        await shop.AssertOrdersHaveTheirEventsAsync(enlisted: 0, tracked: 1);
        Assert.Equal(1, shop.Tracker.Statistics.Dropped.Cancelled);
    }
}
