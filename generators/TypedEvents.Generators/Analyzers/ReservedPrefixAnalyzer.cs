using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>Events and properties of EngageLab's own begin so.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ReservedPrefixAnalyzer() : EventAnalyzer(Rule)
{
    private static readonly DiagnosticDescriptor Rule = new(
        id: "TE0013",
        title: "Name must not begin with a prefix that EngageLab reserves",
        messageFormat: "The name '{0}' begins with '{1}', which EngageLab's client SDKs reserve: choose another name{2}",
        category: RulePage.Category,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: RulePage.Of("TE0013"));

    private protected override void Inspect(SymbolAnalysisContext context, InspectedEvent inspected)
    {
        if (inspected.EventName is { } eventName && NameRules.ReservedPrefixOf(eventName) is { } prefix)
        {
            string? better = NameRules.WithoutReservedPrefix(eventName);
            Report(context, inspected.NameLocation, new FixHint(better), eventName, prefix, SuchAs(better));
        }

        foreach (SentProperty sent in inspected.Findings.Sent)
        {
            if (NameRules.ReservedPrefixOf(sent.WireName) is { } propertyPrefix)
            {
                string? better = NameRules.WithoutReservedPrefix(sent.WireName);
                Report(
                    context,
                    inspected.LocationOf(sent.Property, sent.Through),
                    sent.Through is null ? new FixHint(better, sent.Property.Locations[0]) : default,
                    sent.WireName,
                    propertyPrefix,
                    SuchAs(better));
            }
        }
    }

    private static string SuchAs(string? better) => better is null ? "" : $", such as '{better}'";
}
