using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace TypedEvents.Generators.Analyzers;

/// <summary>Reports an EUID whose constructor would throw at run time.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class EuidConstantAnalyzer : DiagnosticAnalyzer
{
    private static readonly DiagnosticDescriptor Rule = new(
        id: "TE0020",
        title: "EUID must be positive",
        messageFormat: "'new Euid({0})' throws because an EUID is a positive number: use one that EngageApi.RegisterUsersAsync returned, or check a number with Euid.TryCreate",
        category: RulePage.Category,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: RulePage.Of("TE0020"));

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Rule);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (start.Compilation.GetTypeByMetadataName("TypedEvents.Euid") is { } euid)
            {
                start.RegisterOperationAction(operation => InspectCreation(operation, euid), OperationKind.ObjectCreation);
            }
        });
    }

    private static void InspectCreation(OperationAnalysisContext context, INamedTypeSymbol euid)
    {
        var creation = (IObjectCreationOperation)context.Operation;
        if (SymbolEqualityComparer.Default.Equals(creation.Type, euid)
            && creation.Arguments is [{ Value.ConstantValue: { HasValue: true, Value: long and <= 0 and var number } }])
        {
            context.ReportDiagnostic(Diagnostic.Create(Rule, creation.Syntax.GetLocation(), NameRules.Text(number)));
        }
    }
}
