using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>The generator writes another part of the record, and so of each type around it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NotPartialAnalyzer() : EventAnalyzer(Rule)
{
    private static readonly DiagnosticDescriptor Rule = new(
        id: "TE0001",
        title: "Event type and its containing types must be partial",
        messageFormat: "'{0}' can't be an event yet: add 'partial' to {1}",
        category: RulePage.Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: RulePage.Of("TE0001"));

    private protected override void Inspect(SymbolAnalysisContext context, InspectedEvent inspected)
    {
        string[] types = [.. inspected.FlawsOf(EventFlawKind.NotPartial).Select(flaw => $"'{flaw.Symbol.Name}'").Reverse()];
        if (types.Length > 0)
        {
            Report(context, inspected.Location, inspected.Type.Name, string.Join(" and ", types));
        }
    }
}
