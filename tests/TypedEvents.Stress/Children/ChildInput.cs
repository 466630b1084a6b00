namespace TypedEvents.Stress;

/// <summary>The lines that a parent sends to a child. The end of the input means that the parent has ended.</summary>
internal static class ChildInput
{
    public const string Stop = "stop";

    private static readonly TaskCompletionSource StopAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the parent asks the child to stop.</summary>
    public static Task Stopped => StopAsked.Task;

    /// <summary>Ends the process when its parent ends, however that happens: otherwise it would run forever.</summary>
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
