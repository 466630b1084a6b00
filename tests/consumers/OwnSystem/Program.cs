using Contoso.System;
using TypedEvents;

await using EventTracker tracker = EventTracker.Create(options =>
{
    options.BaseAddress = new global::System.Uri(args[0]);
    options.AllowInsecureLoopback = true;
    options.ApiKey = "local";
    options.ApiSecret = "local";
});

tracker.TrackDeviceStarted(new Euid(7), global::System.Guid.NewGuid(), Guid.Strong, ["fan"], global::System.TimeSpan.FromSeconds(3));

FlushResult result = await tracker.StopAsync();
return result.Outbox.Delivered == 1 ? 0 : 1;
