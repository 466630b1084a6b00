namespace TypedEvents.Cli.Tests;

/// <summary>Runs the tool within the test, in a folder of its own.</summary>
internal sealed class TestTool(string folder)
{
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>The answers to the tool's questions; <see langword="null"/> without a terminal.</summary>
    public string? Answers { get; set; }

    /// <summary>Whether both outputs are terminals.</summary>
    public bool HasTerminal { get; set; }

    public async Task<ToolResult> RunAsync(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int exitCode = await Tool.RunAsync(
            args,
            new ToolContext
            {
                Out = output,
                Error = error,
                Answers = Answers is null ? null : new StringReader(Answers),
                HasColors = HasTerminal,
                HasProgress = HasTerminal,
                Folder = folder,
                Environment = Environment.GetValueOrDefault,
            },
            TestContext.Current.CancellationToken);
        return new ToolResult(exitCode, output.ToString(), error.ToString());
    }
}

internal sealed record ToolResult(int ExitCode, string Output, string Error)
{
    /// <summary>Asserts that the tool did its work and had no message.</summary>
    public string Done()
    {
        Assert.Equal((0, ""), (ExitCode, Error));
        return Output;
    }

    /// <summary>Asserts that the tool failed, and gives the one line that says why.</summary>
    public string Failure()
    {
        Assert.Equal((2, ""), (ExitCode, Output));
        Assert.EndsWith("\n", Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', Error[..^1]);
        Assert.StartsWith("typedevents: ", Error, StringComparison.Ordinal);
        return Error["typedevents: ".Length..^1];
    }
}
