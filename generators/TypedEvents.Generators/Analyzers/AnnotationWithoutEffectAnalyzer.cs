using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace TypedEvents.Generators.Analyzers;

/// <summary>An annotation without effect is a wish that isn't granted: what someone meant to leave out may be sent.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AnnotationWithoutEffectAnalyzer() : AnnotationAnalyzer(Rule)
{
    private static readonly DiagnosticDescriptor Rule = new(
        id: "TE0017",
        title: "[EventProperty], [EventIgnore], [Flatten] or [EventValue] has no effect",
        messageFormat: "[{0}] on '{1}' has no effect because {2}: remove it",
        category: RulePage.Category,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: RulePage.Of("TE0017"));

    private protected override void Inspect(SymbolAnalysisContext context, AttributeData annotation)
    {
        if (AnnotationEffect.WhyNone(context.Symbol, annotation, context.Compilation) is { } reason
            && annotation.ApplicationSyntaxReference?.GetSyntax(context.CancellationToken) is { } syntax)
        {
            string name = annotation.AttributeClass!.Name;
            context.ReportDiagnostic(Diagnostic.Create(
                Rule,
                syntax.GetLocation(),
                name.Substring(0, name.Length - "Attribute".Length),
                context.Symbol.Name,
                reason));
        }
    }
}
