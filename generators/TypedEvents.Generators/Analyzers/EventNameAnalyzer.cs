using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>EngageLab documents which event names it accepts.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class EventNameAnalyzer() : EventAnalyzer(Rule)
{
    private static readonly DiagnosticDescriptor Rule = new(
        id: "TE0007",
        title: "Event name must be lowercase letters, digits and '_', and begin with a letter",
        messageFormat: "'{0}' is not an event name: use lowercase letters (a to z), digits and '_', the first a letter{1}",
        category: RulePage.Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: RulePage.Of("TE0007"));

    private protected override void Inspect(SymbolAnalysisContext context, InspectedEvent inspected)
    {
        if (inspected.HasName && inspected.FlawsOf(EventFlawKind.BadEventName).Any())
        {
            string? better = NameRules.Suggest(inspected.EventName) ?? NameRules.Suggest(inspected.Type.Name);
            Report(
                context,
                inspected.NameLocation,
                new FixHint(Name: better),
                inspected.EventName ?? "null",
                better is null ? "" : $", such as '{better}'");
        }
    }
}
