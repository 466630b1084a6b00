using TypedEvents;
using TypedEvents.AspNetCore;
using TypedEvents.Testing;

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
builder.AddTypedEvents(options =>
{
    options.BaseAddress = new Uri(args[0]);
    options.AllowInsecureLoopback = true;
    options.ApiKey = "local";
    options.ApiSecret = "local";
}).AddCurrentUser(current => current.Map = _ => new Euid(7));
builder.WebHost.UseUrls("http://127.0.0.1:0");

await using WebApplication app = builder.Build();
app.UseTypedEventsFlush();
app.MapPost("/sign-ups", (IUserEventTracker tracker) =>
{
    TrackResult result = tracker.TrackSignUp(plan: "pro");
    return result == TrackResult.Accepted ? Results.NoContent() : Results.StatusCode(503);
});
await app.StartAsync();

using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
using HttpResponseMessage response = await client.PostAsync("/sign-ups", null);
response.EnsureSuccessStatusCode();
await app.StopAsync();

await using var recording = new RecordingTracker();
recording.TrackSignUp(new Euid(7), plan: "team");
return recording.Single<SignUp>().Json.Contains("team", StringComparison.Ordinal) ? 0 : 1;

[EngageEvent("sign_up")]
public partial record SignUp(string Plan);
