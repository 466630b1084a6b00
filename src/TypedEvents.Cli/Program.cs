using System.Runtime.InteropServices;
using TypedEvents.Cli;

// Scripts ask for the version often: nothing else is loaded for it.
if (args is ["--version"])
{
    Console.Out.Write(Tool.Version + "\n");
    return ExitCodes.Done;
}

using var interruption = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
return await Tool.RunAsync(args, ToolContext.OfProcess(), interruption.Token);

// The first Ctrl+C ends the command between two steps; the second one ends the process.
void Interrupt(PosixSignalContext signal)
{
    signal.Cancel = !interruption.IsCancellationRequested;
    interruption.Cancel();
}
