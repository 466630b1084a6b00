using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>In another file, the same name refers to another type, and the compiler would silently declare a new one.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class FileLocalEventAnalyzer() : EventAnalyzer(Rule)
{
    private static readonly DiagnosticDescriptor Rule = new(
        id: "TE0004",
        title: "Event type must not be file-local",
        messageFormat: "'{0}' can't be an event because {1} is file-local, and the generated part is in another file: remove 'file'",
        category: RulePage.Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: RulePage.Of("TE0004"));

    private protected override void Inspect(SymbolAnalysisContext context, InspectedEvent inspected)
    {
        foreach (EventFlaw flaw in inspected.FlawsOf(EventFlawKind.FileLocal).Take(1))
        {
            Report(context, inspected.Location, inspected.Type.Name, inspected.Mention(flaw.Symbol));
        }
    }
}
