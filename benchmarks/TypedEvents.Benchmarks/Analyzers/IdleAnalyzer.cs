using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace TypedEvents.Benchmarks;

/// <summary>
/// Asks the compiler for all that the rules ask for, and does nothing with it. What that costs, a build pays once for all analyzers
/// that it has, and the SDK brings some.
/// </summary>
#pragma warning disable RS1036, RS1041, RS2008 // It is loaded by this program and never by a compiler of its own.
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
