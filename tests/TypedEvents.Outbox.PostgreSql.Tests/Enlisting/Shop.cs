using Npgsql;
using TypedEvents.Emulator;

namespace TypedEvents.Outbox.PostgreSql.Tests.Enlisting;

[EngageEvent("order_placed")]
internal readonly partial record struct OrderPlaced(Guid OrderId, decimal Total);

/// <summary>An application with a table of orders, a tracker whose outbox is in the same database, and the emulator that it reports to.</summary>
internal sealed class Shop : IAsyncDisposable
{
    private Shop(PostgreSqlDatabase database, EngageLabEmulator emulator, EventTracker tracker)
    {
        Database = database;
        Emulator = emulator;
        Tracker = tracker;
    }

    public PostgreSqlDatabase Database { get; }

    public EngageLabEmulator Emulator { get; }

    public EventTracker Tracker { get; }

    /// <summary>The ids of the orders whose events arrived, in their order.</summary>
    public Guid[] Arrived => [.. Emulator.Events.Select(static received => received.Properties!.Value.GetProperty("order_id").GetGuid())];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<Shop> OpenAsync(Action<EventTrackerOptions>? configure = null, Action<PostgreSqlOutboxOptions>? configureOutbox = null)
    {
        PostgreSqlDatabase database = await PostgreSqlDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE TABLE orders (id uuid PRIMARY KEY, total numeric NOT NULL)");
        EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        var outbox = new PostgreSqlOutboxOptions { PollInterval = TimeSpan.FromMilliseconds(50) };
        configureOutbox?.Invoke(outbox);
        EventTracker tracker = Trackers.Create(emulator, options =>
        {
            options.Outbox = PostgreSqlOutbox.Create(database.DataSource, outbox);

            // A lease is longer than an attempt, and the server never hangs.
            options.AttemptTimeout = TimeSpan.FromSeconds(15);
            options.FlushTimeout = TimeSpan.FromMinutes(2);
            configure?.Invoke(options);
        });
        await tracker.StartAsync(Token);
        return new Shop(database, emulator, tracker);
    }

    /// <summary>Inserts an order on a connection's current transaction.</summary>
    public static async Task InsertAsync(NpgsqlConnection connection, Guid id)
    {
        await using var command = new NpgsqlCommand("INSERT INTO orders VALUES ($1, 12.5)", connection) { Parameters = { new() { Value = id } } };
        await command.ExecuteNonQueryAsync(Token);
    }

    public static ValueTask<TrackResult> TrackAsync(IEventTracker tracker, Guid id) =>
        tracker.TrackOrderPlacedAsync(EngageUser.UserId("user-42"), id, 12.5m, cancellationToken: Token);

    /// <summary>The orders in the database.</summary>
    public async Task<Guid[]> OrdersAsync() => await Database.QueryAsync<Guid[]>("SELECT coalesce(array_agg(id ORDER BY id), '{}') FROM orders");

    /// <summary>
    /// Delivers everything, and asserts that each committed order has exactly one event and each event its order, and both accounting invariants.
    /// </summary>
    /// <param name="enlisted">The number of events that were inserted, rolled back ones included.</param>
    /// <param name="tracked">The number of events that the tracker counts itself, dropped ones included.</param>
    /// <param name="others">The events of no order, that were tracked outside of a transaction.</param>
    public async Task AssertOrdersHaveTheirEventsAsync(long enlisted, long tracked = 0, params Guid[] others)
    {
        FlushResult result = await Tracker.FlushAsync(Token);

        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Equal((await OrdersAsync()).Concat(others).Order(), Arrived.Order());
        TrackerStatistics tracker = result.Tracker;
        Assert.Equal((tracked, enlisted), (tracker.Tracked, tracker.Enlisted));
        Assert.Equal(tracker.Tracked, tracker.Buffered + tracker.Appended + tracker.Dropped.Total);
        OutboxStatistics outbox = result.Outbox!;
        Assert.Equal(Arrived.Length, outbox.Appended);
        Assert.Equal(outbox.Appended, outbox.Delivered + outbox.Pending + outbox.DeadLetters + outbox.Discarded.Total);
        Assert.Equal((Arrived.Length, 0), (outbox.Delivered, Emulator.DuplicateCount));
    }

    public async ValueTask DisposeAsync()
    {
        await Tracker.DisposeAsync();
        await Emulator.DisposeAsync();
        await Database.DisposeAsync();
    }
}
