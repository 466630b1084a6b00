// Runs an emulator with its page for an Aspire AppHost, which sets the variables. Each accepted event is a line of the resource's log.
// It ends on Ctrl+C and SIGTERM.

using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using TypedEvents.Emulator;

// The orchestrator reads UTF-8; the console has the encoding of the terminal, such as a code page of Windows, which lacks most characters.
Console.SetOut(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });

using var stop = new CancellationTokenSource();
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

EngageLabEmulator emulator;
try
{
    emulator = await EngageLabEmulator.StartAsync(
        new EmulatorOptions
        {
            Port = int.Parse(Environment.GetEnvironmentVariable("TYPEDEVENTS_EMULATOR_PORT") ?? "0", NumberStyles.None, CultureInfo.InvariantCulture),
            Page = true,
            Plan = Environment.GetEnvironmentVariable("TYPEDEVENTS_EMULATOR_PLAN") is { Length: > 0 } path ? await File.ReadAllTextAsync(path, stop.Token) : null,

            // Aspire's proxy listens on another port, which is the one in the Host header.
            AllowedHosts = ["localhost", "127.0.0.1", "[::1]"],
        },
        stop.Token);
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 0;
}
catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or FormatException or OverflowException or SocketException)
{
    string plan = exception is ArgumentException && Environment.GetEnvironmentVariable("TYPEDEVENTS_EMULATOR_PLAN") is { Length: > 0 } file ? $" with the plan '{file}'" : "";
    Console.Error.WriteLine($"The emulator can't start{plan}: {exception.Message}");
    return 1;
}

await using (emulator)
{
    Console.WriteLine($"Listening on {emulator.BaseAddress}");
    try
    {
        await foreach (ReceivedEvent received in emulator.ReadEventsAsync(stop.Token))
        {
            Console.WriteLine(received.Json.ReplaceLineEndings(" "));
        }
    }
    catch (OperationCanceledException)
    {
        Console.WriteLine($"{emulator.EventCount} events in {emulator.RequestCount} requests, {emulator.DuplicateCount} duplicates.");
    }
}

return 0;

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
