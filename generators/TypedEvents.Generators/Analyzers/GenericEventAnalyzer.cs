using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>A generic record would be many types under one event name.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class GenericEventAnalyzer() : EventAnalyzer(Rule)
{
    private static readonly DiagnosticDescriptor Rule = new(
        id: "TE0003",
        title: "Event type must not be generic",
        messageFormat: "'{0}' can't be an event because {1} is generic, and an event has one name and one set of properties: declare a record for each type argument, outside of generic types",
        category: RulePage.Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: RulePage.Of("TE0003"));

    private protected override void Inspect(SymbolAnalysisContext context, InspectedEvent inspected)
    {
        foreach (EventFlaw flaw in inspected.FlawsOf(EventFlawKind.Generic).Take(1))
        {
            Report(context, inspected.Location, inspected.Type.Name, inspected.Mention(flaw.Symbol));
        }
    }
}
