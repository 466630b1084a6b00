using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>A call on a tracker that the compiler can't bind: <c>tracker.Track(…)</c> or <c>tracker?.TrackSignUp(…)</c>.</summary>
/// <param name="Syntax">The call.</param>
/// <param name="Name">The name of the method.</param>
/// <param name="NamesUser">Whether calls on this tracker name the user: those on an <c>IUserEventTracker</c> don't.</param>
internal readonly record struct TrackerCall(InvocationExpressionSyntax Syntax, SimpleNameSyntax Name, bool NamesUser)
{
    public const string Prefix = "Track";

    private const string WithUser = "IEventTracker";
    private const string OfCurrentUser = "IUserEventTracker";

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
            && FindContract(model.GetTypeInfo(receiver).Type) is { } contract
            ? new TrackerCall(call, name, contract == WithUser)
            : null;
    }

    /// <summary>The methods of that name, if there are any in scope.</summary>
    public IEnumerable<IMethodSymbol> Methods(SemanticModel model) =>
        model.GetSymbolInfo(Syntax).CandidateSymbols.Concat(model.GetMemberGroup(Syntax.Expression)).OfType<IMethodSymbol>();

    /// <summary>The interface that makes a type a tracker; <see langword="null"/> for any other type.</summary>
    private static string? FindContract(ITypeSymbol? type) => type switch
    {
        INamedTypeSymbol named => ContractOf(named) ?? named.AllInterfaces.Select(ContractOf).FirstOrDefault(static name => name is not null),
        ITypeParameterSymbol parameter => parameter.ConstraintTypes.Select(FindContract).FirstOrDefault(static name => name is not null),
        _ => null,
    };

    private static string? ContractOf(INamedTypeSymbol type) =>
        type.IsInLibrary(WithUser) ? WithUser : type.IsInLibrary(OfCurrentUser) ? OfCurrentUser : null;
}
