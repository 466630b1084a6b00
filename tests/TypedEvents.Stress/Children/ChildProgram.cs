namespace TypedEvents.Stress;

/// <summary>
/// Runs a child until it or its parent ends. An exception ends it with a message and a distinct exit code; an unhandled exception would
/// abort the process (134), which looks like a crash of the runtime.
/// </summary>
internal static class ChildProgram
{
    private const int Failed = 3;
    private const int Orphaned = 4;

    public static async Task<int> RunAsync(Func<Task> run)
    {
        ChildInput.EndWithParent(Orphaned);
        try
        {
            await run();
            return 0;
        }
#pragma warning disable CA1031 // The last place that can report the exception.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            await Console.Error.WriteLineAsync($"[child] {exception}");
            return Failed;
        }
    }
}
