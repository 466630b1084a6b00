using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>An event without properties is fine; one that ignores all it has is more likely a mistake.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AllPropertiesIgnoredAnalyzer() : EventAnalyzer(Rule)
{
    private static readonly DiagnosticDescriptor Rule = new(
        id: "TE0016",
        title: "All properties of the event are ignored",
        messageFormat: "'{0}' sends nothing but its name because all its properties have [EventIgnore]: remove it from the properties to send",
        category: RulePage.Category,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: RulePage.Of("TE0016"));

    private protected override void Inspect(SymbolAnalysisContext context, InspectedEvent inspected)
    {
        EventFindings findings = inspected.Findings;
        bool wouldSendOthers = findings.Flaws.Any(flaw => flaw.Symbol is IPropertySymbol);
        if (findings.IgnoredCount > 0 && findings.Sent.Count == 0 && !wouldSendOthers)
        {
            Report(context, inspected.Location, inspected.Type.Name);
        }
    }
}
