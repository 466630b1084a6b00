namespace TypedEvents.Cli;

/// <summary>The process: its signals, and its exit code. It isn't called Program, because tests of applications use theirs beside it.</summary>
internal static class EntryPoint
{
    private static async Task<int> Main(string[] args)
    {
        // Scripts ask for the version often: nothing else is loaded for it.
        if (args is ["--version"])
        {
            Console.Out.Write(Tool.Version + "\n");
            return ExitCodes.Done;
        }

        using var interruption = Interruption.OfProcess();
        return await Tool.RunAsync(args, ToolContext.OfProcess(interruption), interruption.Requested);
    }
}
