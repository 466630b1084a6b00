using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace TypedEvents.Generators.Analyzers;

/// <summary>Looks at all events of the compilation, and reports each where it is declared: so it is underlined while it is typed.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DuplicateEventNameAnalyzer() : EventAnalyzer(Rule)
{
    private static readonly DiagnosticDescriptor Rule = new(
        id: "TE0011",
        title: "Event name is used by more than one event",
        messageFormat: "The event name '{0}' of '{1}' {2} of '{3}': EngageLab would count both as one event; give one of them another name",
        category: RulePage.Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: RulePage.Of("TE0011"));

    private protected override void Inspect(SymbolAnalysisContext context, CompiledEvents events)
    {
        if (events.Find((INamedTypeSymbol)context.Symbol) is not { EventName: { Length: > 0 } eventName } inspected)
        {
            return;
        }

        foreach (InspectedEvent other in events.Named(eventName))
        {
            if (!SymbolEqualityComparer.Default.Equals(other.Type, inspected.Type))
            {
                string also = other.EventName == eventName ? "is also that" : $"differs in case only from '{other.EventName}'";
                Report(context, inspected.NameLocation, eventName, inspected.Type.InWords(), also, other.Type.InWords());
                return;
            }
        }
    }
}
