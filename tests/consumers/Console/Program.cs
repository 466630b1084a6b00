using TypedEvents;

await using EventTracker tracker = EventTracker.Create(options =>
{
    options.BaseAddress = new Uri(args[0]);
    options.AllowInsecureLoopback = true;
    options.ApiKey = "local";
    options.ApiSecret = "local";
});

var user = new Euid(10000091198);
tracker.Track(user, new SignUp("pro", 3));
await tracker.TrackSignUpAsync(user, plan: "team", seats: 40, referrer: "a friend");
tracker.TrackPageView(user, new Uri("/pricing", UriKind.Relative), TimeSpan.FromSeconds(2));

FlushResult result = await tracker.StopAsync();
return result.Outcome == FlushOutcome.Settled && result.Outbox?.Delivered == 3 ? 0 : 1;

[EngageEvent("sign_up")]
public partial record SignUp(string Plan, int Seats, string? Referrer = null);

[EngageEvent("page_view")]
internal readonly partial record struct PageView(Uri Page, TimeSpan Shown);
