using Contoso.System;
using TypedEvents;

await using EventTracker tracker = EventTracker.Create(options =>
{
    options.BaseAddress = new global::System.Uri(args[0]);
    options.AllowInsecureLoopback = true;
    options.ApiKey = "local";
    options.ApiSecret = "local";
});

tracker.TrackDeviceStarted(new Euid(7), new global::System.Guid("0195f2d0-4f1c-7d53-9b1e-5c7a86a3b001"), Guid.Strong, ["fan"], global::System.TimeSpan.FromSeconds(3));

FlushResult result = await tracker.StopAsync();
return result.Outbox?.Delivered == 1 ? 0 : 1;
