using TypedEvents.Cli;

using var interruption = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // The first Ctrl+C ends the command between two steps; the second one ends the process.
    pressed.Cancel = !interruption.IsCancellationRequested;
    interruption.Cancel();
};
return await Tool.RunAsync(args, ToolContext.OfProcess(), interruption.Token);
