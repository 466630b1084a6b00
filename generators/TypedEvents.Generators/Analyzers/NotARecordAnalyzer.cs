using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>The generator reads what a record says of itself: its positional parameters, and that it is a value.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NotARecordAnalyzer() : EventAnalyzer(Rule)
{
    private static readonly DiagnosticDescriptor Rule = new(
        id: "TE0002",
        title: "Event type must be a record",
        messageFormat: "'{0}' is a {1}, and only a record can be an event: declare it as a 'partial {2}'",
        category: RulePage.Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: RulePage.Of("TE0002"));

    private protected override void Inspect(SymbolAnalysisContext context, InspectedEvent inspected)
    {
        if (inspected.FlawsOf(EventFlawKind.NotARecord).Any())
        {
            bool isStruct = inspected.Type.TypeKind == TypeKind.Struct;
            Report(context, inspected.Location, inspected.Type.Name, isStruct ? "struct" : "class", isStruct ? "record struct" : "record");
        }
    }
}
