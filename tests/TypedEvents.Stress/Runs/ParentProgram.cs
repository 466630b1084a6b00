namespace TypedEvents.Stress;

/// <summary>The run's whole life: it ends with 1 where something went wrong, whatever that is.</summary>
internal static class ParentProgram
{
    private const int Failed = 1;

    public static async Task<int> RunAsync(Arguments arguments)
    {
        try
        {
            return await StressTable.PrintAsync(arguments) ? 0 : Failed;
        }
#pragma warning disable CA1031 // An exception that nobody caught would abort the process (134).
        catch (Exception exception)
#pragma warning restore CA1031
        {
            await Console.Error.WriteLineAsync(exception.ToString());
            return Failed;
        }
    }
}
