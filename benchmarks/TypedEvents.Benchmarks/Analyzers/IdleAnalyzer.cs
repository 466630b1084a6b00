using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace TypedEvents.Benchmarks;

/// <summary>
/// Requests the same information from the compiler as the analyzers, and does nothing with it. A build pays this cost once for all of its
/// analyzers, and the SDK includes some.
/// </summary>
#pragma warning disable RS1036, RS1041, RS2008 // Only this program loads it, never a compiler.
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class IdleAnalyzer : DiagnosticAnalyzer
{
    private static readonly DiagnosticDescriptor Rule = new("IDLE", "Idle", "Idle", "Idle", DiagnosticSeverity.Warning, isEnabledByDefault: true);

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rule];

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterCompilationStartAction(static start =>
        {
            start.RegisterSymbolAction(static _ => { }, SymbolKind.NamedType, SymbolKind.Property, SymbolKind.Parameter);
            start.RegisterOperationAction(
                static _ => { },
                OperationKind.ObjectCreation,
                OperationKind.SimpleAssignment,
                OperationKind.Invocation,
                OperationKind.Invalid);
        });
    }
}
