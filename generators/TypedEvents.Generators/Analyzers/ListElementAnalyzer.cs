using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>EngageLab drops list elements that aren't strings.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ListElementAnalyzer() : EventAnalyzer(Rule)
{
    private static readonly DiagnosticDescriptor Rule = new(
        id: "TE0009",
        title: "List elements must be strings or convertible to strings",
        messageFormat: "'{0}' can't be sent because its elements are of type '{1}', and EngageLab accepts lists of strings only (string, enum, Guid, Uri): make it a list of strings, or leave it out with [EventIgnore]",
        category: RulePage.Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: RulePage.Of("TE0009"));

    private protected override void Inspect(SymbolAnalysisContext context, InspectedEvent inspected)
    {
        foreach (EventFlaw flaw in inspected.FlawsOf(EventFlawKind.UnsupportedPropertyType))
        {
            var property = (IPropertySymbol)flaw.Symbol;
            if (!property.Type.IsUnknown() && property.Type.FindListElement() is { } element)
            {
                Report(
                    context,
                    inspected.LocationOf(property, flaw.Through),
                    new FixHint(Place: property.Locations[0]),
                    inspected.NameOf(property),
                    element.InWords());
            }
        }
    }
}
