using Shop;

await using var tracker = TypedEvents.EventTracker.Create(options =>
{
    options.BaseAddress = new System.Uri(args[0]);
    options.AllowInsecureLoopback = true;
    options.ApiKey = "local";
    options.ApiSecret = "local";
});

TypedEvents.EventTrackerExtensions.Track(tracker, new TypedEvents.Euid(7), new Searched("lamp", ["desk"]), default);
tracker.TrackSearched(new TypedEvents.Euid(7), text: "chair", filters: []);

return (await tracker.StopAsync()).Outbox?.Delivered == 2 ? 0 : 1;

namespace Shop
{
    [TypedEvents.EngageEvent("searched")]
    public partial record Searched(string Text, System.Collections.Generic.IReadOnlyList<string> Filters);
}
