using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>A format concerns one kind of value; on another it is silently ignored.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class FormatWithoutEffectAnalyzer() : AnnotationAnalyzer(Rule)
{
    private static readonly DiagnosticDescriptor Rule = new(
        id: "TE0018",
        title: "Format has no effect on this type",
        messageFormat: "'{0}' has no effect on '{1}' because it applies to {2}, and the type is '{3}': remove it",
        category: RulePage.Category,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: RulePage.Of("TE0018"));

    private protected override void Inspect(SymbolAnalysisContext context, AttributeData annotation)
    {
        ITypeSymbol? type = context.Symbol switch
        {
            IPropertySymbol property => property.Type,
            IParameterSymbol parameter => parameter.Type,
            _ => null,
        };
        if (type is null || type.IsUnknown() || AnnotationEffect.WhyNone(context.Symbol, annotation, context.Compilation) is not null)
        {
            return;
        }

        ITypeSymbol value = type.WithoutNullable(out _);
        ValueFormat format = ValueTypes.Find(value)?.Format ?? ValueFormat.None;
        if (format != ValueFormat.Boolean && annotation.NamedEnum("Boolean") is not null)
        {
            Report(context, annotation, "Boolean", "bool", type);
        }

        if (format != ValueFormat.Date && annotation.NamedEnum("Date") is not null)
        {
            Report(context, annotation, "Date", "DateTime and DateTimeOffset", type);
        }
    }

    private static void Report(SymbolAnalysisContext context, AttributeData annotation, string format, string types, ITypeSymbol type)
    {
        if (annotation.ApplicationSyntaxReference?.GetSyntax(context.CancellationToken) is AttributeSyntax { ArgumentList.Arguments: var arguments }
            && arguments.FirstOrDefault(argument => argument.NameEquals?.Name.Identifier.ValueText == format) is { } argument)
        {
            context.ReportDiagnostic(Diagnostic.Create(Rule, argument.GetLocation(), format, context.Symbol.Name, types, type.InWords()));
        }
    }
}
