// A service on several hosts whose orders and events are committed together. README.md says how to run it.

using Npgsql;
using OrderService;
using TypedEvents;
using TypedEvents.Outbox.PostgreSql;

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
builder.Services.AddSingleton(static services => NpgsqlDataSource.Create(services.GetRequiredService<IConfiguration>().GetConnectionString("Orders")!));
builder.Services.ConfigureHttpJsonOptions(static options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, OrderJson.Default));

builder.AddTypedEvents().UseOutbox(static services => PostgreSqlOutbox.Create(services.GetRequiredService<NpgsqlDataSource>()));
builder.Services.AddHealthChecks().AddTypedEvents();

WebApplication app = builder.Build();
app.MapHealthChecks("/health");

// The client chooses the id, so that it can send an order again when it got no response.
app.MapPut("/orders/{id:guid}", static async (Guid id, Order order, NpgsqlDataSource database, IEventTracker tracker, CancellationToken cancellationToken) =>
{
    await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
    await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
    if (!await Orders.TryInsertAsync(connection, id, order, cancellationToken))
    {
        return Results.Ok();
    }

    // On the transaction's connection: the order and its event are committed together, or neither is.
    TrackResult result = await tracker.Enlist(transaction).TrackOrderPlacedAsync(EngageUser.UserId(order.Customer), id, order.Total, cancellationToken: cancellationToken);
    if (result != TrackResult.Accepted)
    {
        // The outbox is full, or the order is one that no event can describe: this shop then takes no order.
        return Results.Problem($"The order's event was not accepted: {result}.", statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    await transaction.CommitAsync(cancellationToken);
    return Results.Created();
});

await Orders.CreateTableAsync(app.Services.GetRequiredService<NpgsqlDataSource>());
app.Run();
