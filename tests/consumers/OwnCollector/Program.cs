using TypedEvents;
using TypedEvents.Collector;

await using EngageLabCollector collector = await EngageLabCollector.StartAsync();
await using EventTracker tracker = EventTracker.Create(options =>
{
    options.BaseAddress = collector.BaseAddress;
    options.AllowInsecureLoopback = true;
    options.ApiKey = "local";
    options.ApiSecret = "local";
});

tracker.TrackHeartbeat(new Euid(7), beats: 60);

await tracker.StopAsync();
return collector.Events is [{ EventName: "heartbeat", Euid: 7 }] ? 0 : 1;

[EngageEvent("heartbeat")]
public partial record Heartbeat(int Beats);
