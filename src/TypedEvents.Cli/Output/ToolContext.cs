namespace TypedEvents.Cli;

/// <summary>What a command gets of the process that it runs in: results go to <see cref="Out"/>, and everything else to <see cref="Error"/>.</summary>
internal sealed class ToolContext
{
    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>Answers to questions, or <see langword="null"/> where nobody is there to give any.</summary>
    public TextReader? Answers { get; init; }

    /// <summary>Whether <see cref="Out"/> is a terminal that shows colours.</summary>
    public bool HasColors { get; init; }

    /// <summary>The folder to which relative paths belong.</summary>
    public required string Folder { get; init; }

    /// <summary>The environment's variables.</summary>
    public required Func<string, string?> Environment { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The process itself.</summary>
    public static ToolContext OfProcess() => new()
    {
        Out = Console.Out,
        Error = Console.Error,
        Answers = Console.IsInputRedirected || Console.IsErrorRedirected ? null : Console.In,
        HasColors = !Console.IsOutputRedirected
            && string.IsNullOrEmpty(System.Environment.GetEnvironmentVariable("NO_COLOR"))
            && System.Environment.GetEnvironmentVariable("TERM") != "dumb",
        Folder = Directory.GetCurrentDirectory(),
        Environment = System.Environment.GetEnvironmentVariable,
    };

    /// <summary>A path that was given, as a full path.</summary>
    public string Resolve(string path) => Path.GetFullPath(path, Folder);

    /// <summary>A path as it is best shown: relative where it is below the folder, with slashes.</summary>
    public string Show(string path)
    {
        string relative = Path.GetRelativePath(Folder, path);
        return (relative.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? path : relative).Replace('\\', '/');
    }
}
