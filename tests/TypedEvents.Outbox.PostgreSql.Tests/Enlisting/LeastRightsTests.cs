using Npgsql;

namespace TypedEvents.Outbox.PostgreSql.Tests.Enlisting;

/// <summary>The application's own connection needs little: two rights, no arrays, no search path.</summary>
public sealed class LeastRightsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_role_that_may_only_insert_can_track_in_its_transaction()
    {
        await using Shop shop = await Shop.OpenAsync();
        (string role, string connectionString) = await shop.Database.CreateRoleAsync();
        await shop.Database.ExecuteAsync($"""
            GRANT INSERT ON orders TO "{role}";
            GRANT USAGE ON SCHEMA typed_events TO "{role}";
            GRANT INSERT ON typed_events.events, typed_events.ledger TO "{role}";
            """);
        await using var dataSource = NpgsqlDataSource.Create(connectionString);
        await CommitAnOrderAsync(shop, dataSource);

        await shop.AssertOrdersHaveTheirEventsAsync(enlisted: 1);
    }

    [Fact]
    public async Task A_slim_data_source_and_an_empty_search_path_are_enough()
    {
        await using Shop shop = await Shop.OpenAsync();
        var builder = new NpgsqlSlimDataSourceBuilder(shop.Database.ConnectionString);
        await using NpgsqlDataSource dataSource = builder.Build();
        await CommitAnOrderAsync(shop, dataSource, "SET LOCAL search_path = public, pg_temp");

        await shop.AssertOrdersHaveTheirEventsAsync(enlisted: 1);
    }

    /// <summary>The pool's server connections are shared by transactions of the application and the outbox, and nothing stays in a session.</summary>
    [Theory]
    [InlineData("")]
    [InlineData(";No Reset On Close=true")]
    public async Task A_pool_in_transaction_mode_is_enough(string more)
    {
        await using Shop shop = await Shop.OpenAsync();
        await using PgBouncer pool = await PgBouncer.StartAsync(shop.Database.Server, PoolMode.Transaction, poolSize: 2);
        await using var dataSource = NpgsqlDataSource.Create(pool.ConnectionString(shop.Database) + more);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => CommitAnOrderAsync(shop, dataSource)));

        await shop.AssertOrdersHaveTheirEventsAsync(enlisted: 8);
    }

    [Fact]
    public async Task An_external_id_and_JSON_of_any_characters_arrive_unchanged()
    {
        await using Shop shop = await Shop.OpenAsync();
        const string Id = "a\0b'\"\\ü\U0001F600";
        await using NpgsqlConnection connection = await shop.Database.DataSource.OpenConnectionAsync(Token);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Token);

        await shop.Tracker.Enlist(transaction).TrackNoteTakenAsync(EngageUser.AnonymousId(Id), Id, cancellationToken: Token);
        await transaction.CommitAsync(Token);
        FlushResult result = await shop.Tracker.FlushAsync(Token);

        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Emulator.ReceivedEvent received = Assert.Single(shop.Emulator.Events);
        Assert.Equal(Id, received.Properties!.Value.GetProperty("text").GetString());
        Assert.Equal(shop.Emulator.Users[new Emulator.UserIdentity("anonymous_id", Id)], received.Euid);
    }

    private static async Task CommitAnOrderAsync(Shop shop, NpgsqlDataSource dataSource, string? first = null)
    {
        await using NpgsqlConnection connection = await dataSource.OpenConnectionAsync(Token);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Token);
        if (first is not null)
        {
            await using var command = new NpgsqlCommand(first, connection);
            await command.ExecuteNonQueryAsync(Token);
        }

        var id = Guid.NewGuid();
        await Shop.InsertAsync(connection, id);
        Assert.Equal(TrackResult.Accepted, await Shop.TrackAsync(shop.Tracker.Enlist(transaction), id));
        await transaction.CommitAsync(Token);
    }
}
