using System.CommandLine;
using System.Text.RegularExpressions;

namespace TypedEvents.Cli.Tests;

/// <summary>What the documentation says about the tool is what the tool does.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string[] Pages = ["how-to/tracking-plan.md", "how-to/review-plan.md", "how-to/plan-for-analysts.md", "how-to/dead-letters.md", "how-to/emulator.md", "how-to/end-to-end.md", "reference/cli.md"];

    private static string Docs => Path.Combine(Repository.Root, "docs");

    [Theory]
    [InlineData("tracking-plan.yml", "tracking-plan.md")]
    [InlineData("tracking-plan.azure-pipelines.yml", "tracking-plan.md")]
    [InlineData("end-to-end.yml", "end-to-end.md")]
    public void The_page_shows_the_pipeline_that_is_checked(string file, string page) => Assert.Contains(
        $"```yaml\n{Read($"how-to/ci/{file}")}```",
        Read($"how-to/{page}"),
        StringComparison.Ordinal);

    [Fact]
    public void Every_command_line_is_one_that_the_tool_understands()
    {
        string[] texts = [.. Pages.Select(Read), File.ReadAllText(Path.Combine(Repository.Root, "src", "TypedEvents.Cli", "PACKAGE.md")), Read("how-to/ci/tracking-plan.yml"), Read("how-to/ci/tracking-plan.azure-pipelines.yml"), Read("how-to/ci/end-to-end.yml")];
        string[] lines = [.. texts.SelectMany(text => CommandLine().Matches(text)).Select(match => match.Groups["arguments"].Value.Trim())];

        Assert.True(lines.Length > 20, $"There are only {lines.Length}.");
        Assert.All(lines, line =>
        {
            ParseResult parsed = Tool.CreateCommands(ToolContext.OfProcess()).Parse(line);
            Assert.True(parsed.Errors.Count == 0, $"typedevents {line}: {string.Join(' ', parsed.Errors.Select(error => error.Message))}");
        });
    }

    [Fact]
    public void The_reference_lists_every_command_and_every_rule()
    {
        string reference = Read("reference/cli.md");
        string rules = Read("rules/README.md");

        Assert.All(
            Tool.CreateCommands(ToolContext.OfProcess()).Subcommands.SelectMany(command =>
                command.Subcommands.Count == 0 ? [command.Name] : command.Subcommands.Select(subcommand => $"{command.Name} {subcommand.Name}")),
            command => Assert.Contains($"| `{command}", reference, StringComparison.Ordinal));
        Assert.All(
            Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "TypedEvents.Cli"), "*.cs", SearchOption.AllDirectories)
                .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
                .SelectMany(file => RuleId().Matches(File.ReadAllText(file))).Select(match => match.Groups["id"].Value).Distinct(),
            id => Assert.Contains(id, id.StartsWith("TEP6", StringComparison.Ordinal) ? rules : reference, StringComparison.Ordinal));
    }

    private static string Read(string page) => File.ReadAllText(Path.Combine(Docs, page)).ReplaceLineEndings("\n");

    /// <summary>In a fence or in a code span, without a comment at its end.</summary>
    [GeneratedRegex(@"(?<=^|`|run: |dotnet |\d |shop"" )typedevents (?<arguments>(plan|emulator|tail|run|outbox|doctor|completion)\b[^`#\n)]*)", RegexOptions.Multiline)]
    private static partial Regex CommandLine();

    [GeneratedRegex(@"""(?<id>TEP\d{3})""")]
    private static partial Regex RuleId();
}
