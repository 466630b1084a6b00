// A shop whose events survive a crash, with the signed-in customer as their user. README.md says how to run it.

using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Storefront;
using TypedEvents;
using TypedEvents.AspNetCore;
using TypedEvents.Outbox.Sqlite;

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);

// Aspire sets the connection string (samples/Storefront.AppHost); without it, the section "TypedEvents" counts.
builder.AddTypedEvents()
    .UseConnectionString("engagelab")
    .UseOutbox(services => SqliteOutbox.Open(services.GetRequiredService<IConfiguration>()["EventsFile"] ?? "events.db"))
    .AddCurrentUser();
builder.Services.AddHealthChecks().AddTypedEvents();

builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, StorefrontJson.Default));
builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie();
if (builder.Configuration["Telemetry"] == "console")
{
    builder.Services.AddOpenTelemetry()
        .WithMetrics(metrics => metrics.AddMeter(TypedEventsTelemetry.MeterName).AddConsoleExporter())
        .WithTracing(traces => traces.AddSource(TypedEventsTelemetry.ActivitySourceName).AddConsoleExporter());
}

WebApplication app = builder.Build();
app.UseAuthentication();
app.UseAnonymousUsers();
app.MapHealthChecks("/health", new HealthCheckOptions { ResponseWriter = HealthResponse.WriteAsync });

// A demonstration: a real shop asks for more than a name.
app.MapPost("/sign-in/{customer}", async (string customer, HttpContext context) =>
{
    var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, customer)], CookieAuthenticationDefaults.AuthenticationScheme);
    await context.SignInAsync(new ClaimsPrincipal(identity));
});

app.MapGet("/products/{id}", (string id, IUserEventTracker tracker) =>
{
    tracker.TrackProductViewed(id);
    return $"Product {id}";
});

app.MapPost("/orders", async (Order order, IUserEventTracker tracker, CancellationToken cancellationToken) =>
{
    var receipt = new Receipt(Guid.CreateVersion7());

    // Returns when the event is in the file: a crash after that doesn't lose it.
    await tracker.TrackOrderPlacedAsync(receipt.OrderId, order.Total, order.Items, cancellationToken: cancellationToken);
    return Results.Ok(receipt);
});

app.Run();
