namespace TypedEvents.Stress;

/// <summary>What the parent says to a child, line by line; the end of it is the end of the parent.</summary>
internal static class ChildInput
{
    public const string Stop = "stop";

    private static readonly TaskCompletionSource StopAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the child is asked to stop in order.</summary>
    public static Task Stopped => StopAsked.Task;

    /// <summary>Has the process end when its parent has, however that ended: nobody would kill it any more.</summary>
    public static void EndWithParent(int exitCode)
    {
        var reading = new Thread(() =>
        {
            using var input = new StreamReader(Console.OpenStandardInput());
            while (input.ReadLine() is { } line)
            {
                if (line == Stop)
                {
                    StopAsked.TrySetResult();
                }
            }

            Environment.Exit(exitCode);
        })
        {
            IsBackground = true,
        };
        reading.Start();
    }
}
