using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>A call on a tracker that the compiler can't bind: <c>tracker.Track(…)</c> or <c>tracker?.TrackSignUp(…)</c>.</summary>
/// <param name="Syntax">The call.</param>
/// <param name="Name">The name of the method.</param>
internal readonly record struct TrackerCall(InvocationExpressionSyntax Syntax, SimpleNameSyntax Name)
{
    public const string Prefix = "Track";

    /// <summary>Reads an operation; <see langword="null"/> where it is anything else.</summary>
    public static TrackerCall? TryRead(IOperation operation)
    {
        if (operation.Syntax is not InvocationExpressionSyntax call || operation.SemanticModel is not { } model)
        {
            return null;
        }

        (SimpleNameSyntax? name, ExpressionSyntax? receiver) = call.Expression switch
        {
            MemberAccessExpressionSyntax access => (access.Name, access.Expression),
            MemberBindingExpressionSyntax binding => (binding.Name, binding.FirstAncestorOrSelf<ConditionalAccessExpressionSyntax>()?.Expression),
            _ => (null, null),
        };
        return name is not null
            && receiver is not null
            && name.Identifier.ValueText.StartsWith(Prefix, StringComparison.Ordinal)
            && IsTracker(model.GetTypeInfo(receiver).Type)
            ? new TrackerCall(call, name)
            : null;
    }

    /// <summary>The methods of that name, if there are any in scope.</summary>
    public IEnumerable<IMethodSymbol> Methods(SemanticModel model) =>
        model.GetSymbolInfo(Syntax).CandidateSymbols.Concat(model.GetMemberGroup(Syntax.Expression)).OfType<IMethodSymbol>();

    private static bool IsTracker(ITypeSymbol? type) =>
        type is INamedTypeSymbol named && (IsContract(named) || named.AllInterfaces.Any(IsContract))
        || type is ITypeParameterSymbol parameter && parameter.ConstraintTypes.Any(IsTracker);

    private static bool IsContract(INamedTypeSymbol type) => type.IsInLibrary("IEventTracker");
}
