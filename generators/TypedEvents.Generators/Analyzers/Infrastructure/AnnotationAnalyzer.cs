using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace TypedEvents.Generators.Analyzers;

/// <summary>A rule about <c>[EventProperty]</c>, <c>[EventIgnore]</c>, <c>[Flatten]</c> and <c>[EventValue]</c>, on any declaration.</summary>
/// <param name="rule">The rule.</param>
public abstract class AnnotationAnalyzer(DiagnosticDescriptor rule) : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public sealed override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(rule);

    /// <inheritdoc/>
    public sealed override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (CompiledEvents.TryFind(start.Compilation) is not null)
            {
                start.RegisterSymbolAction(InspectAnnotations, SymbolKind.Property, SymbolKind.Parameter, SymbolKind.Field);
            }
        });
    }

    /// <summary>Looks at one of these attributes.</summary>
    private protected abstract void Inspect(SymbolAnalysisContext context, AttributeData annotation);

    private void InspectAnnotations(SymbolAnalysisContext context)
    {
        foreach (AttributeData attribute in context.Symbol.GetAttributes())
        {
            if (attribute.IsPropertyAnnotation() || attribute.IsEnumAnnotation())
            {
                Inspect(context, attribute);
            }
        }
    }
}
