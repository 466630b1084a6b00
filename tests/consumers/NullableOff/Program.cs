using TypedEvents;

await using EventTracker tracker = EventTracker.Create(options =>
{
    options.BaseAddress = new Uri(args[0]);
    options.AllowInsecureLoopback = true;
    options.ApiKey = "local";
    options.ApiSecret = "local";
});

tracker.TrackSearched(new Euid(7), text: null, filters: ["desk", null]);
tracker.TrackSearched(new Euid(7), text: "lamp", filters: null, hits: 12);

FlushResult result = await tracker.StopAsync();
return result.Outbox?.Delivered == 2 ? 0 : 1;

[EngageEvent("searched")]
public partial record Searched(string Text, List<string> Filters, int? Hits = null);
