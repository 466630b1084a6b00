using System.CommandLine;

namespace TypedEvents.Cli;

/// <summary>The option <c>-o</c>: a command's result goes to a file, as a whole or not at all.</summary>
internal sealed class OutputOption
{
    private readonly Option<string?> _path;

    public OutputOption(Command command, string description = "The file to write to. Default: standard output.")
    {
        _path = new Option<string?>("--output", "-o") { Description = description, HelpName = "path" };
        command.Add(_path);
    }

    /// <summary>The full path, or <see langword="null"/> for standard output.</summary>
    public string? PathOf(ParseResult parsed, ToolContext context) => parsed.GetValue(_path) is { } path ? context.Resolve(path) : null;

    /// <summary>A command's action whose context writes the result to where the option says.</summary>
    public Func<ParseResult, CancellationToken, Task<int>> To(ToolContext context, Func<ParseResult, ToolContext, CancellationToken, Task<int>> run) => async (parsed, cancellationToken) =>
    {
        if (PathOf(parsed, context) is not { } path)
        {
            return await run(parsed, context, cancellationToken);
        }

        using var result = new StringWriter { NewLine = "\n" };
        int exitCode = await run(parsed, context with { Out = result, HasColors = false }, cancellationToken);
        AtomicFile.Write(path, result.ToString(), cancellationToken);
        return exitCode;
    };
}
