using Dapper;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace TypedEvents.Outbox.PostgreSql.Tests.Enlisting;

/// <summary>The ways in which applications write their rows.</summary>
public sealed class DataAccessTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dapper()
    {
        await using Shop shop = await Shop.OpenAsync();
        await using NpgsqlConnection connection = await shop.Database.DataSource.OpenConnectionAsync(Token);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Token);
        var id = Guid.NewGuid();

        await connection.ExecuteAsync("INSERT INTO orders VALUES (@id, 12.5)", new { id }, transaction);
        await Shop.TrackAsync(shop.Tracker.Enlist(transaction), id);
        await transaction.CommitAsync(Token);

        await shop.AssertOrdersHaveTheirEventsAsync(enlisted: 1);
    }

    [Fact]
    public async Task EF_Core()
    {
        await using Shop shop = await Shop.OpenAsync();
        await using var db = new OrdersContext(shop.Database, isRetrying: false);
        await using (IDbContextTransaction transaction = await db.Database.BeginTransactionAsync(Token))
        {
            var order = new Order { Id = Guid.NewGuid(), Total = 12.5m };
            db.Orders.Add(order);
            await db.SaveChangesAsync(Token);
            await Shop.TrackAsync(shop.Tracker.Enlist(db.Database.CurrentTransaction!.GetDbTransaction()), order.Id);
            await transaction.CommitAsync(Token);
        }

        await shop.AssertOrdersHaveTheirEventsAsync(enlisted: 1);
    }

    /// <summary>The session is terminated when the event has been inserted, so that the strategy runs the whole transaction again.</summary>
    [Fact]
    public async Task EF_Core_with_a_retrying_execution_strategy()
    {
        await using Shop shop = await Shop.OpenAsync();
        await using var db = new OrdersContext(shop.Database, isRetrying: true);
        var order = new Order { Id = Guid.NewGuid(), Total = 12.5m };
        int attempts = 0;
        db.Orders.Add(order);

        await db.Database.CreateExecutionStrategy().ExecuteInTransactionAsync(
            async cancellationToken =>
            {
                await db.SaveChangesAsync(acceptAllChangesOnSuccess: false, cancellationToken);
                await Shop.TrackAsync(shop.Tracker.Enlist(db.Database.CurrentTransaction!.GetDbTransaction()), order.Id);
                if (++attempts == 1)
                {
                    await shop.Database.ExecuteAsync($"SELECT pg_terminate_backend({((NpgsqlConnection)db.Database.GetDbConnection()).ProcessID})");
                }
            },
            cancellationToken => db.Orders.AsNoTracking().AnyAsync(row => row.Id == order.Id, cancellationToken),
            Token);

        Assert.Equal(2, attempts);
        await shop.AssertOrdersHaveTheirEventsAsync(enlisted: 2);
        Assert.Equal([order.Id], shop.Arrived);
    }

    /// <summary>The commit succeeds and its response is lost: the strategy asks, and doesn't run the transaction again.</summary>
    [Fact]
    public async Task EF_Core_after_a_commit_whose_response_was_lost()
    {
        await using Shop shop = await Shop.OpenAsync();
        await using SilentProxy proxy = SilentProxy.Start(shop.Database.Server);
        await using var db = new OrdersContext(proxy.ConnectionString(shop.Database.ConnectionString), isRetrying: true);
        var order = new Order { Id = Guid.NewGuid(), Total = 12.5m };
        int attempts = 0;
        db.Orders.Add(order);
        await using CommitBarrier barrier = await CommitBarrier.RaiseAsync(shop.Database, "INSERT ON orders", "true");

        Task saving = db.Database.CreateExecutionStrategy().ExecuteInTransactionAsync(
            async cancellationToken =>
            {
                attempts++;
                await db.SaveChangesAsync(acceptAllChangesOnSuccess: false, cancellationToken);
                await Shop.TrackAsync(shop.Tracker.Enlist(db.Database.CurrentTransaction!.GetDbTransaction()), order.Id);
            },
            cancellationToken => db.Orders.AsNoTracking().AnyAsync(row => row.Id == order.Id, cancellationToken),
            Token);

        await Waiting.UntilAsync(barrier.IsReachedAsync);

        proxy.Silence();
        await barrier.LiftAsync();
        await Waiting.UntilAsync(async () => await shop.Database.QueryAsync<long>("SELECT count(*) FROM orders") > 0);

        proxy.Reset();
        proxy.Resume();
        await saving;

        Assert.Equal(1, attempts);
        await shop.AssertOrdersHaveTheirEventsAsync(enlisted: 1);
    }

    private sealed class Order
    {
        public Guid Id { get; init; }

        public decimal Total { get; init; }
    }

    private sealed class OrdersContext(string connectionString, bool isRetrying) : DbContext
    {
        public OrdersContext(PostgreSqlDatabase database, bool isRetrying)
            : this(database.ConnectionString, isRetrying)
        {
        }

        public DbSet<Order> Orders => Set<Order>();

        protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder) =>
            optionsBuilder.UseNpgsql(connectionString, options =>
            {
                if (isRetrying)
                {
                    options.EnableRetryOnFailure();
                }
            });

        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Order>(order =>
        {
            order.ToTable("orders");
            order.Property(row => row.Id).HasColumnName("id").ValueGeneratedNever();
            order.Property(row => row.Total).HasColumnName("total");
        });
    }
}
