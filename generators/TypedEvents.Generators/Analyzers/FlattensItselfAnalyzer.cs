using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>A record within itself has no end of properties.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class FlattensItselfAnalyzer() : EventAnalyzer(Rule)
{
    private static readonly DiagnosticDescriptor Rule = new(
        id: "TE0022",
        title: "Record must not be flattened into itself",
        messageFormat: "'{0}' can't be flattened because '{1}' would contain itself: leave out one of the properties that lead to it with [EventIgnore]",
        category: RulePage.Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: RulePage.Of("TE0022"));

    private protected override void Inspect(SymbolAnalysisContext context, InspectedEvent inspected)
    {
        foreach (EventFlaw flaw in inspected.FlawsOf(EventFlawKind.FlattensItself))
        {
            var property = (IPropertySymbol)flaw.Symbol;
            Report(
                context,
                inspected.LocationOf(property, flaw.Through),
                new FixHint(Place: property.Locations[0]),
                inspected.NameOf(property),
                property.Type.WithNullableAnnotation(NullableAnnotation.None).InWords());
        }
    }
}
