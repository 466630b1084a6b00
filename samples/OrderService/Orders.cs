using System.Text.Json.Serialization;
using Npgsql;
using TypedEvents;

namespace OrderService;

[EngageEvent("order_placed", Description = "An order was placed.")]
internal readonly partial record struct OrderPlaced(Guid OrderId, decimal Total);

/// <summary>What a client sends to place an order.</summary>
internal sealed record Order(string Customer, decimal Total);

/// <summary>The JSON of the endpoints, without reflection.</summary>
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(Microsoft.AspNetCore.Mvc.ProblemDetails))]
internal sealed partial class OrderJson : JsonSerializerContext;

/// <summary>The shop's own table.</summary>
internal static class Orders
{
    /// <summary>Creates the table if it is missing. Several instances start at once, so one after another looks.</summary>
    public static async Task CreateTableAsync(NpgsqlDataSource database)
    {
        await using NpgsqlCommand command = database.CreateCommand("""
            SELECT pg_advisory_xact_lock(20240501);
            CREATE TABLE IF NOT EXISTS orders (id uuid PRIMARY KEY, customer text NOT NULL, total numeric NOT NULL, instance int NOT NULL);
            """);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Inserts an order, on the connection's current transaction.</summary>
    /// <returns>Whether it is a new one.</returns>
    public static async Task<bool> TryInsertAsync(NpgsqlConnection connection, Guid id, Order order, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("INSERT INTO orders VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", connection)
        {
            Parameters = { new() { Value = id }, new() { Value = order.Customer }, new() { Value = order.Total }, new() { Value = Environment.ProcessId } },
        };
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }
}
