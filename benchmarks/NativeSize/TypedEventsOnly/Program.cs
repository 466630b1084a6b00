using TypedEvents;
using TypedEventsOnly;

// Tracks one event and delivers it, and nothing else: the difference to HttpClientOnly is what TypedEvents adds to an executable.
await using EventTracker tracker = EventTracker.Create(options =>
{
    options.BaseAddress = new Uri($"http://127.0.0.1:{args[0]}/");
    options.AllowInsecureLoopback = true;
    options.ApiKey = "key";
    options.ApiSecret = "secret";
});
tracker.TrackSignUp(new Euid(10_000_091_198), plan: "pro", seats: 3);
FlushResult result = await tracker.StopAsync();
return result.Outbox!.Delivered == 1 ? 0 : 1;
