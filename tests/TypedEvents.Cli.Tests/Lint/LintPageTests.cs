using System.Text.RegularExpressions;

namespace TypedEvents.Cli.Tests;

/// <summary>Each lint rule has a page, and says about the page's examples what the page says.</summary>
public sealed partial class LintPageTests : IDisposable
{
    private readonly TestApplication _application = new();

    /// <summary>The rules that lint reports.</summary>
    public static TheoryData<string> Rules =>
        [.. RuleId().Matches(File.ReadAllText(Path.Combine(Repository.Root, "src", "TypedEvents.Cli", "Lint", "PlanLint.cs"))).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal)];

    public void Dispose() => _application.Dispose();

    [Fact]
    public void Every_page_is_that_of_a_rule() =>
        Assert.Equal(Rules.Select(row => row.Data), Directory.EnumerateFiles(Folder, "TEP6*.md").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));

    [Fact]
    public void The_index_has_the_title_and_the_level_of_every_page()
    {
        string index = File.ReadAllText(Path.Combine(Folder, "README.md"));

        Assert.All(Rules.Select(row => row.Data), id =>
        {
            string page = Page(id);
            string title = Title().Match(page).Groups["title"].Value;
            Assert.Contains($"| {id} | {Level().Match(page).Groups["level"].Value} | [{title}]({id}.md) |", index, StringComparison.Ordinal);
        });
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void The_bad_example_gets_the_pages_message_and_the_good_one_none(string id)
    {
        string page = Page(id);

        Assert.Equal(Fences(page, "text").Single().Code, Lint(id, Fences(page, "csharp bad"), [.. Fences(page, "ini bad").Select(fence => fence.Code)]));
        Assert.Equal("", Lint(id, Fences(page, "csharp"), [.. Fences(page, "ini good").Select(fence => fence.Code)]));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void The_pages_setting_turns_the_rule_off_and_its_exception_silences_it(string id)
    {
        string page = Page(id);
        string[] settings = [.. Fences(page, "ini bad").Select(fence => fence.Code)];

        Assert.Equal("", Lint(id, Fences(page, "csharp bad"), [Fences(page, "ini").Single().Code, .. settings]));
        if (Exception().Match(page) is { Success: true } exception)
        {
            Assert.Equal("", Lint(id, Fences(page, "csharp bad"), [exception.Groups["line"].Value, .. settings]));
        }
    }

    private static string Folder => Path.Combine(Repository.Root, "docs", "rules");

    private static string Page(string id) => File.ReadAllText(Path.Combine(Folder, id + ".md")).ReplaceLineEndings("\n");

    /// <summary>What the rule says about the assemblies of some examples, without their lines.</summary>
    private string Lint(string id, (string Name, string Code)[] examples, string[] settings)
    {
        File.WriteAllLines(Path.Combine(_application.Folder, ".editorconfig"), ["root = true", .. settings]);
        Assert.NotEmpty(examples);
        string[] paths = [.. examples.Select(example => _application.Compile(example.Name.Length == 0 ? "Shop" : example.Name, example.Code, hasContracts: true))];
        using var application = ApplicationPlan.Read(paths, TestContext.Current.CancellationToken);
        UsageReport usages = UsageScanner.Scan(application.Assemblies, application.Plan, TestContext.Current.CancellationToken);
        IReadOnlyList<Finding> findings = PlanLint.Check(application.Plan, usages, PlanSettings.Read(_application.Folder));
        Finding[] reported = [.. findings.Where(finding => finding.Id == id).Select(finding => finding with { Location = null, Owner = null })];
        string text = ReportWriter.Write(new FindingsReport("plan lint", reported), ReportFormat.Text);
        return string.Concat(text.Replace("/src/", "", StringComparison.Ordinal).Split('\n').Where(line => line.Contains(id, StringComparison.Ordinal)).Select(line => line + "\n"));
    }

    private static (string Name, string Code)[] Fences(string page, string kind) =>
        [.. Fence().Matches(page).Where(match => match.Groups["kind"].Value == kind).Select(match => (match.Groups["name"].Value, match.Groups["code"].Value))];

    [GeneratedRegex(@"TEP6\d\d")]
    private static partial Regex RuleId();

    [GeneratedRegex(@"\A# TEP\d+: (?<title>.+)$", RegexOptions.Multiline)]
    private static partial Regex Title();

    [GeneratedRegex(@"^\| level \| (?<level>[a-z]+)", RegexOptions.Multiline)]
    private static partial Regex Level();

    [GeneratedRegex(@"`(?<line>typedevents_plan\.TEP\d+\.except = [^`]+)`")]
    private static partial Regex Exception();

    [GeneratedRegex(@"^```(?<kind>(text|ini|csharp)( bad| good)?)( (?<name>\S+))?\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
