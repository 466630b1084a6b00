using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using TypedEvents.Analyzers.Tests.Infrastructure;

namespace TypedEvents.Analyzers.Tests;

/// <summary>Each rule can be set and turned off in all the ways that the compiler has. The code is the failing example of the rule's page.</summary>
public class ConfigurationTests
{
    public static TheoryData<string> Ids => [.. UserProject.Rules.Select(rule => rule.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task A_severity_of_editorconfig_counts(string id)
    {
        Assert.Equal([DiagnosticSeverity.Info], await SeveritiesAsync(id, $"dotnet_diagnostic.{id}.severity = suggestion"));
        Assert.Equal([DiagnosticSeverity.Error], await SeveritiesAsync(id, $"dotnet_diagnostic.{id}.severity = error"));
        Assert.Equal([DiagnosticSeverity.Hidden], await SeveritiesAsync(id, "dotnet_analyzer_diagnostic.category-TypedEvents.severity = silent"));
        Assert.Empty(await SeveritiesAsync(id, $"dotnet_diagnostic.{id}.severity = none"));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task A_pragma_turns_it_off(string id) =>
        Assert.Empty(await SeveritiesAsync(id, "", example => $"#pragma warning disable {id}\n{example}"));

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task SuppressMessage_turns_it_off(string id) => Assert.Empty(await SeveritiesAsync(
        id,
        "",
        null,
        $"[assembly: System.Diagnostics.CodeAnalysis.SuppressMessage(\"TypedEvents\", \"{id}\", Justification = \"Known\")]"));

    private static async Task<IEnumerable<DiagnosticSeverity>> SeveritiesAsync(
        string id,
        string setting,
        Func<string, string>? change = null,
        string assemblyAttribute = "")
    {
        string example = RulePages.Example(id, "csharp error");
        using var project = new EditedProject(
            [$"global using System; global using System.Collections.Generic; global using TypedEvents;\n{assemblyAttribute}", change?.Invoke(example) ?? example],
            $"root = true\n[*.cs]\n{setting}\n",
            RulePages.MadeByOthers(id));
        ImmutableArray<Diagnostic> diagnostics = await project.AnalyzeAsync();
        return diagnostics.Where(diagnostic => diagnostic.Id == id).Select(diagnostic => diagnostic.Severity).Distinct();
    }
}
