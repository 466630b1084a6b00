using TypedEvents;

await using EventTracker tracker = EventTracker.Create(options =>
{
    options.BaseAddress = new Uri(args[0]);
    options.AllowInsecureLoopback = true;
    options.ApiKey = "local";
    options.ApiSecret = "local";
});

tracker.TrackHeartbeat(new Euid(7));

FlushResult result = await tracker.StopAsync();
return result.Outbox?.Delivered == 1 ? 0 : 1;

[EngageEvent("heartbeat")]
public partial record Heartbeat;
