using System.Globalization;
using Microsoft.CodeAnalysis;
using TypedEvents.Analyzers.Tests.Infrastructure;
using TypedEvents.Generators.Analyzers;

namespace TypedEvents.Analyzers.Tests;

/// <summary>Each rule has a page whose examples are true, and stands in the tables and in the release notes.</summary>
public class RulePageTests
{
    private const string Releases = "generators/TypedEvents.Generators/AnalyzerReleases.";
    private const string Begin = "<!-- rules -->\n";
    private const string End = "<!-- /rules -->";

    private static readonly bool IsUpdating = Environment.GetEnvironmentVariable("UPDATE_RULE_TABLES") == "1";

    public static TheoryData<string> Ids => [.. UserProject.Rules.Select(rule => rule.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task The_failing_example_breaks_this_rule_and_no_other(string id)
    {
        Checked project = await CheckAsync(RulePages.Example(id, "csharp error"), RulePages.MadeByOthers(id));

        Assert.Equal([id], project.Ids.Distinct());
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task The_fixed_example_compiles_and_breaks_none(string id)
    {
        Checked project = await CheckAsync(RulePages.Example(id, "csharp"));

        Assert.Empty(project.CompilerErrors);
        Assert.Empty(project.Ids);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_page_says_what_the_rule_is(string id)
    {
        DiagnosticDescriptor rule = Rule(id);
        string page = RulePages.Read(id);

        Assert.StartsWith($"# {id}: {TitleOf(rule)}\n", page, StringComparison.Ordinal);
        Assert.Contains($"| severity | {rule.DefaultSeverity} |", page, StringComparison.Ordinal);
        Assert.Contains($"| category | {rule.Category} |", page, StringComparison.Ordinal);
        Assert.Contains($"| code fix | {(EditedProject.FixableRules.Contains(id) ? "yes" : "no")} |", page, StringComparison.Ordinal);
        Assert.Contains($"dotnet_diagnostic.{id}.severity", page, StringComparison.Ordinal);
        Assert.EndsWith($"/docs/rules/{id}.md", rule.HelpLinkUri, StringComparison.Ordinal);
    }

    /// <summary>The pages of 'plan lint', from TEP601 on, are compared with its rules by the tests of the tool.</summary>
    [Fact]
    public void There_is_no_page_without_a_rule() => Assert.Equal(
        UserProject.Rules.Select(rule => rule.Id + ".md").Concat(["README.md", "plan-changes.md"]).Order(StringComparer.Ordinal),
        Repository.FileNamesIn(RulePages.Folder).Where(name => !name.StartsWith("TEP6", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    [Fact]
    public void The_ids_are_TE0001_and_so_on() => Assert.Equal(
        Enumerable.Range(1, UserProject.Rules.Length).Select(number => "TE" + number.ToString("0000", CultureInfo.InvariantCulture)),
        UserProject.Rules.Select(rule => rule.Id));

    [Fact]
    public void The_rules_about_the_plan_share_a_page_that_lists_them()
    {
        string page = RulePages.Read("plan-changes");

        Assert.All(PlanRules.All, rule =>
        {
            Assert.Matches($@"(?m)^\| {rule.Id} \| .+ \| ({rule.DefaultSeverity}|as for one that was removed)", page);
            Assert.EndsWith("/docs/rules/plan-changes.md", rule.HelpLinkUri, StringComparison.Ordinal);
            Assert.True(rule.IsEnabledByDefault);
            Assert.Equal("TypedEventsPlan", rule.Category);
        });
    }

    [Fact]
    public void A_rule_is_on_has_a_severity_that_can_be_set_and_a_help_link() => Assert.All(UserProject.Rules, rule =>
    {
        Assert.True(rule.IsEnabledByDefault);
        Assert.DoesNotContain(WellKnownDiagnosticTags.NotConfigurable, rule.CustomTags);
        Assert.NotEmpty(rule.HelpLinkUri);
    });

    [Fact]
    public void Every_rule_is_in_the_release_notes()
    {
        string releases = Repository.Read(Releases + "Shipped.md") + Repository.Read(Releases + "Unshipped.md");

        Assert.All(UserProject.Rules.Concat(PlanRules.All), rule =>
            Assert.Contains($"\n{rule.Id} | {rule.Category} | {rule.DefaultSeverity} | ", releases, StringComparison.Ordinal));
    }

    [Fact]
    public void The_table_is_up_to_date()
    {
        const string Document = "docs/rules/README.md";
        string text = Repository.Read(Document);
        int begin = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        int end = text.IndexOf(End, StringComparison.Ordinal);
        string expected = "| rule | severity | |\n| --- | --- | --- |\n" + string.Concat(UserProject.Rules.Select(rule =>
            $"| {rule.Id} | {rule.DefaultSeverity} | [{TitleOf(rule).Replace("[", "\\[", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal)}]({rule.Id}.md) |\n"));
        if (IsUpdating)
        {
            Repository.Write(Document, text[..begin] + expected + text[end..]);
            return;
        }

        Assert.True(
            text[begin..end] == expected,
            $"The table of rules in {Document} is out of date: UPDATE_RULE_TABLES=1 dotnet test --project tests/TypedEvents.Analyzers.Tests rewrites it.");
    }

    private static DiagnosticDescriptor Rule(string id) => UserProject.Rules.Single(rule => rule.Id == id);

    private static string TitleOf(DiagnosticDescriptor rule) => rule.Title.ToString(CultureInfo.InvariantCulture);

    private static Task<Checked> CheckAsync(string example, params string[] madeByOthers) => UserProject.CheckAsync(
        ["global using System; global using System.Collections.Generic; global using TypedEvents;", example],
        [],
        madeByOthers);
}
