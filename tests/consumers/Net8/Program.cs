using TypedEvents;

// A self-contained program doesn't roll forward: this must be .NET 8.
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

tracker.TrackOrderPlaced(new Euid(7), new Guid("0195f2d0-4f1c-7d53-9b1e-5c7a86a3b001"), 548.90m, Method.BankTransfer, new DateTimeOffset(2026, 3, 1, 12, 30, 15, 250, TimeSpan.FromHours(1)), ["lamp", "café ☕"]);

FlushResult result = await tracker.StopAsync();
return result.Outbox?.Delivered == 1 ? 0 : 1;

internal enum Method
{
    Invoice,
    BankTransfer,
}

[EngageEvent("order_placed")]
internal sealed partial record OrderPlaced(Guid OrderId, decimal Total, Method Method, DateTimeOffset PaidAt, IReadOnlyList<string> Products);
