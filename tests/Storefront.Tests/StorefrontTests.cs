using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TypedEvents;
using TypedEvents.Emulator;
using TypedEvents.Testing;

namespace Storefront.Tests;

/// <summary>The sample's events, as its users would test them.</summary>
public sealed class StorefrontTests : IAsyncDisposable
{
    private readonly WebApplicationFactory<Program> _factory = new WebApplicationFactory<Program>().WithWebHostBuilder(host => host.UseSetting("Telemetry", "none"));
    private readonly WebApplicationFactory<Program> _app;

    public StorefrontTests() => _app = _factory.WithWebHostBuilder(host => host.ConfigureTestServices(services => services.AddTypedEventsTesting()));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RecordingTracker Events => _app.Services.GetRecordingTracker();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _factory.DisposeAsync();
    }

    [Fact]
    public async Task An_order_is_the_signed_in_customers()
    {
        using HttpClient client = _app.CreateClient(new WebApplicationFactoryClientOptions { BaseAddress = new Uri("https://localhost") });
        await client.PostAsync("/sign-in/user-42", null, Token);

        using HttpResponseMessage response = await client.PostAsJsonAsync("/orders", new { total = 12.5m, items = 2 }, Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        RecordedEvent<OrderPlaced> order = Events.Single<OrderPlaced>(order => order.Items == 2);
        Assert.Equal((EngageUser.UserId("user-42"), 12.5m), (order.User, order.Value.Total));
    }

    [Fact]
    public async Task A_visitor_is_anonymous_and_the_same_in_each_request()
    {
        using HttpClient client = _app.CreateClient(new WebApplicationFactoryClientOptions { BaseAddress = new Uri("https://localhost") });

        await client.GetStringAsync("/products/desk", Token);
        await client.GetStringAsync("/products/lamp", Token);

        IReadOnlyList<RecordedEvent<ProductViewed>> views = Events.Of<ProductViewed>();
        Assert.Equal(["desk", "lamp"], views.Select(view => view.Value.ProductId));
        Assert.Equal("anonymous_id", views[0].User.IdentityName);
        Assert.Equal(views[0].User, views[1].User);
    }

    [Fact]
    public async Task An_order_with_too_many_items_fails_where_it_is_tracked()
    {
        using HttpClient client = _app.CreateClient();

        using HttpResponseMessage response = await client.PostAsJsonAsync("/orders", new { total = 12.5m, items = 1001 }, Token);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal(TrackResult.Invalid, Assert.Single(Events.Events).Result);
        Events.Nothing();
    }

    [Fact]
    public async Task The_events_arrive_at_the_emulator_from_a_configuration_that_comes_late()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Token);
        string folder = Directory.CreateTempSubdirectory("Storefront.Tests.").FullName;
        try
        {
            await using (WebApplicationFactory<Program> real = _factory.WithWebHostBuilder(host =>
            {
                host.UseSetting("EventsFile", Path.Combine(folder, "events.db"));
                host.UseSetting("TypedEvents:BaseAddress", emulator.BaseAddress.ToString());
                host.UseSetting("TypedEvents:AllowInsecureLoopback", "true");
                host.UseSetting("TypedEvents:ApiKey", "local");
                host.UseSetting("TypedEvents:ApiSecret", "local");

                // The host of the tests may be busy.
                host.UseSetting("TypedEvents:AttemptTimeout", "00:10:00");
                host.UseSetting("TypedEvents:FlushTimeout", "01:00:00");
                host.UseSetting("TypedEvents:ShutdownTimeout", "00:05:00");
                host.ConfigureTestServices(services => services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMinutes(10)));
            }))
            {
                using HttpClient client = real.CreateClient();
                await client.GetStringAsync("/products/desk", Token);
                await emulator.WaitForEventsAsync(1, cancellationToken: Token);
                using JsonDocument health = JsonDocument.Parse(await client.GetStringAsync("/health", Token));
                JsonElement check = health.RootElement.GetProperty("typedevents");
                Assert.False(check.GetProperty("paused").GetBoolean());
                Assert.Equal(1, check.GetProperty("tracked").GetInt64());
            }

            Assert.Equal("product_viewed", Assert.Single(emulator.Events).EventName);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
