using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace TypedEvents.Generators.Analyzers;

/// <summary>A limit of EngageLab's client SDKs; what its server does is not documented.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class EventNameLengthAnalyzer() : EventAnalyzer(Rule)
{
    private static readonly DiagnosticDescriptor Rule = new(
        id: "TE0012",
        title: "Event name must have at most 49 characters",
        messageFormat: "The event name '{0}' has {1} characters, and EngageLab's client SDKs accept at most {2}: shorten it",
        category: RulePage.Category,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: RulePage.Of("TE0012"));

    private protected override void Inspect(SymbolAnalysisContext context, InspectedEvent inspected)
    {
        if (inspected.EventName is { Length: > NameRules.MaxNameLength } eventName)
        {
            Report(
                context,
                inspected.NameLocation,
                new FixHint(Name: NameRules.SuggestShort(eventName)),
                eventName,
                NameRules.Text(eventName.Length),
                NameRules.Text(NameRules.MaxNameLength));
        }
    }
}
