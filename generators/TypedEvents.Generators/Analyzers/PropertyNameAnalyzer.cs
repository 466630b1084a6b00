using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>EngageLab's client SDKs have this rule, but an example in the documentation of its server violates it, so this is a warning.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PropertyNameAnalyzer() : EventAnalyzer(Rule)
{
    private static readonly DiagnosticDescriptor Rule = new(
        id: "TE0014",
        title: "Property name must be at most 49 lowercase letters, digits and '_', and begin with a letter",
        messageFormat: "'{0}' is sent as '{1}', a name that EngageLab's client SDKs don't accept: use at most {2} lowercase letters (a to z), digits and '_', the first a letter{3}",
        category: RulePage.Category,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: RulePage.Of("TE0014"));

    private protected override void Inspect(SymbolAnalysisContext context, InspectedEvent inspected)
    {
        foreach (SentProperty sent in inspected.Findings.Sent)
        {
            if (!NameRules.IsPropertyName(sent.WireName))
            {
                string? better = NameRules.SuggestShort(sent.WireName) ?? NameRules.SuggestShort(sent.Property.Name);
                Report(
                    context,
                    inspected.LocationOf(sent.Property, sent.Through),
                    sent.Through is null ? new FixHint(better, sent.Property.Locations[0]) : default,
                    inspected.NameOf(sent.Property),
                    sent.WireName,
                    NameRules.Text(NameRules.MaxNameLength),
                    better is null ? "" : $", such as '{better}'");
            }
        }
    }
}
