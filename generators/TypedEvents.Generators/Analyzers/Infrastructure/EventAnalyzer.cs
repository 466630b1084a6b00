using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace TypedEvents.Generators.Analyzers;

/// <summary>A rule about the declaration of an event. It reports; what there is to report was found once, for all rules.</summary>
/// <param name="rule">The rule.</param>
public abstract class EventAnalyzer(DiagnosticDescriptor rule) : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public sealed override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(rule);

    /// <inheritdoc/>
    public sealed override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();

        // The generator skips a record in a file of generated code as well, and the explanation belongs there, too.
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterCompilationStartAction(start =>
        {
            if (CompiledEvents.TryFind(start.Compilation) is { } events)
            {
                start.RegisterSymbolAction(symbol => Inspect(symbol, events), SymbolKind.NamedType);
            }
        });
    }

    private protected virtual void Inspect(SymbolAnalysisContext context, CompiledEvents events)
    {
        if (events.Find((INamedTypeSymbol)context.Symbol) is { } inspected)
        {
            Inspect(context, inspected);
        }
    }

    /// <summary>Looks at a type that has <c>[EngageEvent]</c>.</summary>
    private protected virtual void Inspect(SymbolAnalysisContext context, InspectedEvent inspected)
    {
    }

    private protected void Report(SymbolAnalysisContext context, Location location, params string[] arguments) =>
        Report(context, location, default(FixHint), arguments);

    /// <summary>Reports with what the fix needs: a better name, or the place where it is declared.</summary>
    private protected void Report(SymbolAnalysisContext context, Location location, FixHint hint, params string[] arguments) =>
        context.ReportDiagnostic(Diagnostic.Create(
            rule,
            location,
            hint.Places,
            hint.Properties,
            Array.ConvertAll<string, object>(arguments, SymbolWords.Printable)));
}
