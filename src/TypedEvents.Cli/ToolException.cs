namespace TypedEvents.Cli;

/// <summary>Says in one line why a command couldn't do its work; the tool prints it and exits with <see cref="ExitCodes.Failed"/>.</summary>
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
}
