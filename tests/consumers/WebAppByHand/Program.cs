using TypedEvents;

// The same as WebApp without the hosting package: what that adds to an executable is the difference.
WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
{
    ["Analytics:BaseAddress"] = args[0],
    ["Analytics:ApiKey"] = "local",
    ["Analytics:ApiSecret"] = "local",
});
IConfigurationSection settings = builder.Configuration.GetSection("Analytics");
await using EventTracker tracker = EventTracker.Create(options =>
{
    options.BaseAddress = new Uri(settings["BaseAddress"]!);
    options.AllowInsecureLoopback = true;
    options.ApiKey = settings["ApiKey"]!;
    options.ApiSecret = settings["ApiSecret"]!;
});
builder.Services.AddSingleton<IEventTracker>(tracker);
builder.Services.AddHealthChecks();
builder.WebHost.UseUrls("http://127.0.0.1:0");

await using WebApplication app = builder.Build();
app.MapHealthChecks("/health");
app.MapPost("/sign-ups", (IEventTracker events) =>
{
    TrackResult result = events.TrackSignUp(new Euid(7), plan: "pro");
    return result == TrackResult.Accepted ? Results.NoContent() : Results.StatusCode(503);
});
await app.StartAsync();

using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
using HttpResponseMessage response = await client.PostAsync("/sign-ups", null);
response.EnsureSuccessStatusCode();
string health = await client.GetStringAsync("/health");
await app.StopAsync();
await tracker.StopAsync();
return health == "Healthy" ? 0 : 1;

[EngageEvent("sign_up")]
public partial record SignUp(string Plan);
