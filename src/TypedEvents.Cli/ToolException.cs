namespace TypedEvents.Cli;

/// <summary>Says in one line why a command couldn't do its work; the tool prints it and exits with <c>ExitCodes.Failed</c>.</summary>
internal sealed class ToolException : Exception
{
    public ToolException(string message)
        : base(message)
    {
    }

    public ToolException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <param name="location">The place in a file, which the message begins with.</param>
    /// <param name="problem">What is wrong there.</param>
    public ToolException(SourceLocation location, string problem)
        : this($"{location}: {problem}")
    {
        Location = location;
        Problem = problem;
    }

    /// <summary>The place in a file; <see langword="null"/> where it isn't about one.</summary>
    public SourceLocation? Location { get; init; }

    /// <summary>The message without the file and the place, for those who show these in another way; <see langword="null"/> for the whole message.</summary>
    public string? Problem { get; init; }
}
