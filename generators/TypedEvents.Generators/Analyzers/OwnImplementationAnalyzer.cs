using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>The generator implements the interface; a second implementation would clash with it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class OwnImplementationAnalyzer() : EventAnalyzer(Rule)
{
    private static readonly DiagnosticDescriptor Rule = new(
        id: "TE0006",
        title: "Event must not implement IEngageEvent itself",
        messageFormat: "'{0}' is written by the generator for every event: remove it, or remove [EngageEvent] from '{1}'",
        category: RulePage.Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: RulePage.Of("TE0006"));

    private protected override void Inspect(SymbolAnalysisContext context, InspectedEvent inspected)
    {
        foreach (EventFlaw flaw in inspected.FlawsOf(EventFlawKind.ImplementsEventItself))
        {
            Report(context, inspected.LocationOf(flaw.Symbol), flaw.Symbol.Name, inspected.Type.Name);
        }
    }
}
