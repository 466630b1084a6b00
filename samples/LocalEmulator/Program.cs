// Runs an emulator of EngageLab's event API: dotnet run --project samples/LocalEmulator -- --port 5199
// Prints each accepted event, and shows what arrives on a live page. Ends on Ctrl+C or SIGTERM.

using System.Globalization;
using System.Runtime.InteropServices;
using TypedEvents.Emulator;

if (args is not ([] or ["--port", _]) || !ushort.TryParse(args is [_, var text] ? text : "0", CultureInfo.InvariantCulture, out ushort port))
{
    Console.Error.WriteLine("Usage: LocalEmulator [--port <0 to 65535>]");
    return 1;
}

string apiSecret = Setting("ENGAGELAB_API_SECRET");
var options = new EmulatorOptions
{
    Port = port,
    ApiKey = Setting("ENGAGELAB_API_KEY"),
    ApiSecret = apiSecret,
    Page = true,
};

using var stop = new CancellationTokenSource();
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(options, stop.Token);
Console.WriteLine($"Listening on {emulator.BaseAddress}, API key {options.ApiKey}, API secret {(apiSecret == "local" ? "local" : "as set")}.");
Console.WriteLine($"Live page: {emulator.PageAddress}");
try
{
    await foreach (ReceivedEvent received in emulator.ReadEventsAsync(stop.Token))
    {
        Console.WriteLine(received.Json);
    }
}
catch (OperationCanceledException)
{
    Console.WriteLine($"{emulator.EventCount} events in {emulator.RequestCount} requests, {emulator.DuplicateCount} duplicates.");
}

return 0;

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}

static string Setting(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : "local";
