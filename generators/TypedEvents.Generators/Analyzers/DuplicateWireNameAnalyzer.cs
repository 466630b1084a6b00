using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>Two properties of one name would give a JSON object with a duplicate name, of which a server may read either.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DuplicateWireNameAnalyzer() : EventAnalyzer(Rule)
{
    private static readonly DiagnosticDescriptor Rule = new(
        id: "TE0010",
        title: "Properties of an event must have different wire names",
        messageFormat: "'{0}' is sent as '{1}', and so is '{2}': give one of them another name with [EventProperty(\"…\")], or leave it out with [EventIgnore]",
        category: RulePage.Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: RulePage.Of("TE0010"));

    private protected override void Inspect(SymbolAnalysisContext context, InspectedEvent inspected)
    {
        foreach (EventFlaw flaw in inspected.FlawsOf(EventFlawKind.DuplicateWireName))
        {
            IPropertySymbol other = inspected.Findings.Sent.First(sent => sent.WireName == flaw.WireName).Property;
            bool isDeclaredTwice = other.Name == flaw.Symbol.Name
                && SymbolEqualityComparer.Default.Equals(other.ContainingType, flaw.Symbol.ContainingType)
                && flaw.Through is null;
            if (!isDeclaredTwice)
            {
                Report(
                    context,
                    inspected.LocationOf(flaw.Symbol, flaw.Through),
                    new FixHint(Place: flaw.Symbol.Locations[0]),
                    inspected.NameOf(flaw.Symbol),
                    flaw.WireName!,
                    inspected.NameOf(other));
            }
        }
    }
}
