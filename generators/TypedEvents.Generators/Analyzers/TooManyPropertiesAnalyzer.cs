using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace TypedEvents.Generators.Analyzers;

/// <summary>A limit of EngageLab's client SDKs; what its server does is not documented.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TooManyPropertiesAnalyzer() : EventAnalyzer(Rule)
{
    private static readonly DiagnosticDescriptor Rule = new(
        id: "TE0015",
        title: "Event must have at most 500 properties",
        messageFormat: "'{0}' sends {1} properties, and EngageLab's client SDKs accept at most {2}: leave some out with [EventIgnore], or make several events of it",
        category: RulePage.Category,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: RulePage.Of("TE0015"));

    private protected override void Inspect(SymbolAnalysisContext context, InspectedEvent inspected)
    {
        int count = inspected.Findings.Sent.Count;
        if (count > NameRules.MaxProperties)
        {
            Report(context, inspected.Location, inspected.Type.Name, NameRules.Text(count), NameRules.Text(NameRules.MaxProperties));
        }
    }
}
