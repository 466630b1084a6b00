using TypedEvents;

// A self-contained program rolls nowhere: this is .NET 8, or it says so.
if (Environment.Version.Major != 8)
{
    Console.Error.WriteLine($"This runs on .NET {Environment.Version}.");
    return 1;
}

await using EventTracker tracker = EventTracker.Create(options =>
{
    options.BaseAddress = new Uri(args[0]);
    options.AllowInsecureLoopback = true;
    options.ApiKey = "local";
    options.ApiSecret = "local";
});

tracker.TrackOrderPlaced(new Euid(7), Guid.NewGuid(), 548.90m, Method.BankTransfer, DateTimeOffset.UtcNow, ["lamp", "café ☕"]);

FlushResult result = await tracker.StopAsync();
return result.Outbox.Delivered == 1 ? 0 : 1;

internal enum Method
{
    Invoice,
    BankTransfer,
}

[EngageEvent("order_placed")]
internal sealed partial record OrderPlaced(Guid OrderId, decimal Total, Method Method, DateTimeOffset PaidAt, IReadOnlyList<string> Products);
