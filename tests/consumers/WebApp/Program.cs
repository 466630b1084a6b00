using TypedEvents;

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
{
    ["Analytics:BaseAddress"] = args[0],
    ["Analytics:AllowInsecureLoopback"] = "true",
    ["Analytics:ApiKey"] = "local",
    ["Analytics:ApiSecret"] = "local",
});
builder.Services.AddTypedEvents(builder.Configuration.GetSection("Analytics"));
builder.Services.AddHealthChecks().AddTypedEvents();
builder.WebHost.UseUrls("http://127.0.0.1:0");

await using WebApplication app = builder.Build();
app.MapHealthChecks("/health");
app.MapPost("/sign-ups", (IEventTracker tracker) =>
{
    TrackResult result = tracker.TrackSignUp(new Euid(7), plan: "pro");
    return result == TrackResult.Accepted ? Results.NoContent() : Results.StatusCode(503);
});
await app.StartAsync();

using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
using HttpResponseMessage response = await client.PostAsync("/sign-ups", null);
response.EnsureSuccessStatusCode();
string health = await client.GetStringAsync("/health");
await app.StopAsync();
return health == "Healthy" ? 0 : 1;

[EngageEvent("sign_up")]
public partial record SignUp(string Plan);
