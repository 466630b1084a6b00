using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>
/// The compiler reports that the constraint of a type parameter isn't met; this rule says what to do. It looks at every method that has an
/// event by its type: <c>Track</c>, <c>TrackAsync</c>, <c>EventBatch.TryAdd</c>, and an application's own.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TrackedTypeAnalyzer : DiagnosticAnalyzer
{
    private static readonly DiagnosticDescriptor Rule = new(
        id: "TE0019",
        title: "Tracked type must be an event",
        messageFormat: "'{0}' is not an event: {1}",
        category: RulePage.Category,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: RulePage.Of("TE0019"));

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Rule);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (start.Compilation.GetTypeByMetadataName("TypedEvents.IEngageEvent`1") is { } contract)
            {
                // If no overload is applicable, the operation is invalid and not an invocation.
                start.RegisterOperationAction(operation => InspectCall(operation, contract), OperationKind.Invocation, OperationKind.Invalid);
            }
        });
    }

    private static void InspectCall(OperationAnalysisContext context, INamedTypeSymbol contract)
    {
        if (context.Operation is IInvocationOperation { TargetMethod.IsGenericMethod: false }
            || context.Operation.Syntax is not InvocationExpressionSyntax call
            || context.Operation.SemanticModel is not { } model)
        {
            return;
        }

        foreach (IMethodSymbol method in CandidatesOf(context.Operation, model, call))
        {
            if (FindEventParameter(method, contract) is not { } parameter || FindArgument(context.Operation, call, parameter) is not { } argument)
            {
                continue;
            }

            if (model.GetTypeInfo(argument, context.CancellationToken).Type is { } type && !MayBeEvent(type))
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    Rule,
                    argument.GetLocation(),
                    Declarations(type),
                    type.WithNullableAnnotation(NullableAnnotation.None).InWords(),
                    RemedyFor(type)));
            }

            return;
        }
    }

    private static IEnumerable<IMethodSymbol> CandidatesOf(IOperation operation, SemanticModel model, InvocationExpressionSyntax call) =>
        operation is IInvocationOperation invocation
            ? [invocation.TargetMethod]
            : model.GetSymbolInfo(call).CandidateSymbols.Concat(model.GetMemberGroup(call.Expression)).OfType<IMethodSymbol>();

    /// <summary>The parameter whose type is constrained to be an event.</summary>
    private static IParameterSymbol? FindEventParameter(IMethodSymbol method, INamedTypeSymbol contract)
    {
        foreach (IParameterSymbol parameter in method.OriginalDefinition.Parameters)
        {
            if (parameter.Type is ITypeParameterSymbol { TypeParameterKind: TypeParameterKind.Method } type
                && type.ConstraintTypes.Any(constraint => SymbolEqualityComparer.Default.Equals(constraint.OriginalDefinition, contract)))
            {
                return parameter;
            }
        }

        return null;
    }

    private static ExpressionSyntax? FindArgument(IOperation operation, InvocationExpressionSyntax call, IParameterSymbol parameter)
    {
        if (operation is IInvocationOperation invocation)
        {
            // The parameters of an extension method begin with its receiver, wherever that stands in the call.
            return invocation.Arguments.FirstOrDefault(bound => bound.Parameter?.Ordinal == parameter.Ordinal)?.Syntax switch
            {
                ArgumentSyntax bound => bound.Expression,
                ExpressionSyntax receiver => receiver,
                _ => null,
            };
        }

        SeparatedSyntaxList<ArgumentSyntax> arguments = call.ArgumentList.Arguments;
        foreach (ArgumentSyntax argument in arguments)
        {
            if (argument.NameColon?.Name.Identifier.ValueText == parameter.Name)
            {
                return argument.Expression;
            }
        }

        int position = parameter.Ordinal;
        return position < arguments.Count && arguments[position].NameColon is null ? arguments[position].Expression : null;
    }

    /// <summary>An annotated type that the generator skips has a rule that explains it; what the compiler doesn't know, it says itself.</summary>
    private static bool MayBeEvent(ITypeSymbol type) =>
        type.IsUnknown()
        || type is INamedTypeSymbol { IsGenericType: false } named && named.IsLibraryInterface()
        || type is ITypeParameterSymbol parameter && parameter.ConstraintTypes.Any(IsEventConstraint)
        || EventCheck.IsEvent(type.WithoutNullable(out _));

    private static bool IsEventConstraint(ITypeSymbol constraint) =>
        constraint is INamedTypeSymbol { Arity: 1 } contract && contract.IsLibraryInterface();

    private static string RemedyFor(ITypeSymbol type) => type switch
    {
        ITypeParameterSymbol parameter => $"add the constraint 'where {parameter.Name} : IEngageEvent<{parameter.Name}>'",
        _ when IsDeclaredHere(type) =>
            $"declare it as a partial record with [EngageEvent(\"{NameRules.Suggest(type.Name) ?? "its_name"}\")]",
        _ => "declare a partial record with [EngageEvent(\"its_name\")] and track that",
    };

    /// <summary>The declaration that the code fix annotates.</summary>
    private static ImmutableArray<Location> Declarations(ITypeSymbol type) =>
        IsDeclaredHere(type) ? type.Locations : ImmutableArray<Location>.Empty;

    private static bool IsDeclaredHere(ITypeSymbol type) =>
        type is { IsAnonymousType: false, TypeKind: TypeKind.Class or TypeKind.Struct } && type.Locations.All(location => location.IsInSource);
}
