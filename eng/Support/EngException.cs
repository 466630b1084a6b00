namespace TypedEvents.Eng.Support;

/// <summary>A command can't go on. The message is for the person who started it; there is no stack trace.</summary>
internal sealed class EngException(string message, int exitCode = 1) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
