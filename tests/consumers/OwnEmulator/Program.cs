using TypedEvents;
using TypedEvents.Emulator;

await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync();
await using EventTracker tracker = EventTracker.Create(options =>
{
    options.BaseAddress = emulator.BaseAddress;
    options.AllowInsecureLoopback = true;
    options.ApiKey = "local";
    options.ApiSecret = "local";
});

tracker.TrackHeartbeat(new Euid(7), beats: 60);

await tracker.StopAsync();
return emulator.Events is [{ EventName: "heartbeat", Euid: 7 }] ? 0 : 1;

[EngageEvent("heartbeat")]
public partial record Heartbeat(int Beats);
