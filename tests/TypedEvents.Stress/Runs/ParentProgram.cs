namespace TypedEvents.Stress;

/// <summary>Runs the whole test. Any failure leads to exit code 1.</summary>
internal static class ParentProgram
{
    private const int Failed = 1;

    public static async Task<int> RunAsync(Arguments arguments)
    {
        try
        {
            return await StressTable.PrintAsync(arguments) ? 0 : Failed;
        }
#pragma warning disable CA1031 // An unhandled exception would abort the process (134).
        catch (Exception exception)
#pragma warning restore CA1031
        {
            await Console.Error.WriteLineAsync(exception.ToString());
            return Failed;
        }
    }
}
