// A local EngageLab: dotnet run --project samples/LocalCollector -- --port 5199
// Prints each event that it accepts; ends on Ctrl+C and SIGTERM.

using System.Globalization;
using System.Runtime.InteropServices;
using TypedEvents.Collector;

if (args is not ([] or ["--port", _]) || !ushort.TryParse(args is [_, var text] ? text : "0", CultureInfo.InvariantCulture, out ushort port))
{
    Console.Error.WriteLine("Usage: LocalCollector [--port <0 to 65535>]");
    return 1;
}

string apiSecret = Setting("ENGAGELAB_API_SECRET");
var options = new CollectorOptions
{
    Port = port,
    ApiKey = Setting("ENGAGELAB_API_KEY"),
    ApiSecret = apiSecret,
};

using var stop = new CancellationTokenSource();
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

await using EngageLabCollector collector = await EngageLabCollector.StartAsync(options, stop.Token);
Console.WriteLine($"Listening on {collector.BaseAddress}, API key {options.ApiKey}, API secret {(apiSecret == "local" ? "local" : "as set")}.");
try
{
    await foreach (ReceivedEvent received in collector.ReadEventsAsync(stop.Token))
    {
        Console.WriteLine(received.Json);
    }
}
catch (OperationCanceledException)
{
    Console.WriteLine($"{collector.EventCount} events in {collector.RequestCount} requests, {collector.DuplicateCount} duplicates.");
}

return 0;

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}

static string Setting(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : "local";
