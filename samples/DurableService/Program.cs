// A service whose events survive a restart: dotnet run --project samples/DurableService -- events.db [number of orders]
// Accepts that many orders, or one a second until Ctrl+C. Events that can't be delivered before it ends stay in the file for the next start.
// If ENGAGELAB_API_KEY and ENGAGELAB_API_SECRET are set, it reports to EngageLab (or to ENGAGELAB_BASE_ADDRESS, if set); otherwise to
// samples/LocalEmulator on port 5199.

using System.Globalization;
using System.Runtime.InteropServices;
using DurableService;
using TypedEvents;
using TypedEvents.Outbox.Sqlite;

int? orders = null;
if (args is not ([_] or [_, _]) || (args is [_, var text] && !TryParse(text, out orders)))
{
    Console.Error.WriteLine("Usage: DurableService <file> [number of orders]");
    return 1;
}

using var stop = new CancellationTokenSource();
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

await using EventTracker tracker = EventTracker.Create(options =>
{
    Destination.Configure(options);
    options.Outbox = SqliteOutbox.Open(args[0]);
});

try
{
    using var pause = new PeriodicTimer(TimeSpan.FromSeconds(1));
    for (int number = 1; number <= (orders ?? int.MaxValue); number++)
    {
        // Returns when the event is saved in the file: after this a crash doesn't lose it.
        await tracker.TrackOrderPlacedAsync(new Euid(10000091198), Guid.CreateVersion7(), total: 12.50m * number, cancellationToken: stop.Token);
        if (orders is null)
        {
            await pause.WaitForNextTickAsync(stop.Token);
        }
    }
}
catch (OperationCanceledException)
{
    // Ctrl+C, or the end of the service.
}

FlushResult result = await tracker.StopAsync();
Console.WriteLine($"{result.Tracker.Tracked} tracked; the file: {result.Outbox?.Delivered} delivered, {result.Outbox?.Pending} pending for the next start.");
if (result.Problem is not null)
{
    Console.WriteLine(result.Problem);
}

return 0;

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}

static bool TryParse(string text, out int? number)
{
    bool parsed = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value);
    number = value;
    return parsed;
}
