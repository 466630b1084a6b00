using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>A variable of the base type would send the wrong event in silence; so also records that aren't annotated are looked at.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DerivesFromEventAnalyzer() : EventAnalyzer(Rule)
{
    private static readonly DiagnosticDescriptor Rule = new(
        id: "TE0005",
        title: "Record must not derive from an event",
        messageFormat: "'{0}' derives from the event '{1}', and through a variable of that type would be sent as '{1}': move what both share into an abstract record that is not an event",
        category: RulePage.Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: RulePage.Of("TE0005"));

    private protected override void Inspect(SymbolAnalysisContext context, CompiledEvents events)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.IsRecord && EventCheck.FindEventAmongAncestors(type) is { } ancestor)
        {
            Report(context, events.Find(type)?.Location ?? type.Locations[0], type.Name, ancestor.Name);
        }
    }
}
