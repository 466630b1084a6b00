using System.Runtime.InteropServices;
using Quickstart;
using TypedEvents;

// SIGTERM and Ctrl+C cancel the work, so that the tracker is stopped. Without a handler the process would end immediately and lose events in memory.
using var stop = new CancellationTokenSource();
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

// With credentials in the environment it reports to EngageLab (or to ENGAGELAB_BASE_ADDRESS), otherwise to an emulator in this process.
// With --page the emulator shows them on a page until Ctrl+C.
await using Destination destination = await Destination.ChooseAsync(withPage: args.Contains("--page"));
Console.WriteLine($"Reporting to {destination.Name}.");
Console.WriteLine();

// 1. Identify users by your external ids: the tracker registers them with EngageLab.
EngageUser ada = EngageUser.UserId("user-ada");
EngageUser grace = EngageUser.UserId("user-grace");
EngageUser margaret = EngageUser.UserId("user-margaret");

// 2. Track events. None of these calls waits for the network.
await using EventTracker tracker = EventTracker.Create(destination.Configure);
tracker.TrackSignUp(ada, Plan.Team, seats: 3, referrer: "a friend");
tracker.TrackSignUp(grace, Plan.EnterpriseAnnual, seats: 250);
tracker.TrackFeatureUsed(ada, "report \"weekly\"", TimeSpan.FromMilliseconds(1234.5));
tracker.Track(margaret, new CartUpdated(["keyboard", "café crème ☕"], HasCoupon: true));

// This call returns when the outbox has accepted the event.
var order = new OrderPlaced(Guid.CreateVersion7(), 548.90m, "EUR", "invoice", DeliverBy: DateTimeOffset.UtcNow.AddDays(2));
await tracker.TrackAsync(margaret, order with { InternalNote = "not sent" });

// Events of several types can be in one list.
List<IEngageEvent> imported = [new SignUp(Plan.Free, 1), new FeatureUsed("import", TimeSpan.FromSeconds(2))];
foreach (IEngageEvent item in imported.TakeWhile(_ => !stop.IsCancellationRequested))
{
    tracker.Track(grace, item, new EventContext(OccurredAt: DateTimeOffset.UtcNow.AddHours(-1)));
}

// 3. Stop, and see the outcome of every event.
FlushResult result = await tracker.StopAsync();
destination.PrintReceivedEvents();
Statistics.Print(result);
if (destination.Page is { } page)
{
    Console.WriteLine();
    Console.WriteLine($"Open {page} to see the events. Ctrl+C ends.");
    await Task.Delay(Timeout.Infinite, stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
}

return result.Outcome == FlushOutcome.Settled && result.Outbox?.Delivered == result.Tracker.Tracked ? 0 : 1;

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}
