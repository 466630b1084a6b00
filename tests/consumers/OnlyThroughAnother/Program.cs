using Contoso.Events;
using TypedEvents;

await using EventTracker tracker = EventTracker.Create(options =>
{
    options.BaseAddress = new Uri(args[0]);
    options.AllowInsecureLoopback = true;
    options.ApiKey = "local";
    options.ApiSecret = "local";
});

tracker.TrackOrderPlaced(new Euid(7), new Guid("0195f2d0-4f1c-7d53-9b1e-5c7a86a3b001"), 12.50m, Method.Invoice);
tracker.TrackReportRead(new Euid(7), pages: 12);

FlushResult result = await tracker.StopAsync();
return result.Outbox?.Delivered == 2 ? 0 : 1;

[EngageEvent("report_read")]
internal sealed partial record ReportRead(int Pages);
