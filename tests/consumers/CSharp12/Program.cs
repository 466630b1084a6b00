using TypedEvents;

await using EventTracker tracker = EventTracker.Create(options =>
{
    options.BaseAddress = new Uri(args[0]);
    options.AllowInsecureLoopback = true;
    options.ApiKey = "local";
    options.ApiSecret = "local";
});

tracker.TrackCartUpdated(new Euid(7), ["keyboard", "mouse"], Channel.WebShop);

FlushResult result = await tracker.StopAsync();
return result.Outbox?.Delivered == 1 ? 0 : 1;

internal enum Channel
{
    WebShop,
    App,
}

[EngageEvent("cart_updated")]
internal sealed partial record CartUpdated(List<string> Products, Channel Channel);
