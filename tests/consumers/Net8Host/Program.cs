using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TypedEvents;

// A self-contained program doesn't roll forward: this must be .NET 8, whose client factory logs headers without hiding any.
if (Environment.Version.Major != 8)
{
    Console.Error.WriteLine($"This runs on .NET {Environment.Version}.");
    return 1;
}

HostApplicationBuilder builder = Host.CreateApplicationBuilder();
builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
{
    ["TypedEvents:BaseAddress"] = args[0],
    ["TypedEvents:AllowInsecureLoopback"] = "true",
    ["TypedEvents:ApiKey"] = "local",
    ["TypedEvents:ApiSecret"] = "local",
});
builder.Logging.SetMinimumLevel(LogLevel.Trace);
builder.AddTypedEvents().UseHttpClientFactory();

using IHost host = builder.Build();
await host.StartAsync();
var tracker = host.Services.GetRequiredService<IEventTracker>();
tracker.TrackSignUp(new Euid(7), plan: "pro");
await host.StopAsync();
return host.Services.GetRequiredService<EventTracker>().Statistics.Dropped.Total == 0 ? 0 : 1;

[EngageEvent("sign_up")]
public partial record SignUp(string Plan);
