using Contoso.Events;
using TypedEvents;

await using EventTracker tracker = EventTracker.Create(options =>
{
    options.BaseAddress = new Uri(args[0]);
    options.AllowInsecureLoopback = true;
    options.ApiKey = "local";
    options.ApiSecret = "local";
});

tracker.TrackOrderPlaced(new Euid(7), new Guid("0195f2d0-4f1c-7d53-9b1e-5c7a86a3b001"), 12.50m, Method.Invoice);

FlushResult result = await tracker.StopAsync();
return result.Outbox?.Delivered == 1 ? 0 : 1;

// With the rules of the package in this project, this would be the error TE0001.
[EngageEvent("never_generated")]
internal sealed record NeverGenerated(int Pages);
