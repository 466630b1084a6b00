using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedEvents.Generators.Parsing;

/// <summary>
/// Reads an attribute that derives from a known validation attribute, as <c>class PercentAttribute() : RangeAttribute(0, 100)</c>: it
/// is read as the known one, with the arguments that its constructor passes on.
/// </summary>
internal static class DerivedValidation
{
    /// <summary>Resolves a derived attribute to the known one, or gives the reason why that isn't possible.</summary>
    public static AttributeUse Resolve(AttributeUse use, Compilation compilation)
    {
        if (use.Role != AttributeRole.Validation || use.HasErrors || KnownAttributes.FindExact(use.Class) is not null)
        {
            return use;
        }

        INamedTypeSymbol type = use.Class;
        ImmutableArray<Constant> arguments = use.Arguments;
        List<KeyValuePair<string, Constant>> named = [.. use.NamedArguments];
        while (KnownAttributes.FindExact(type) is null)
        {
            if (OverridesCheck(type))
            {
                return WithFlaw(use, ValidationFlawKind.HasOwnCheck);
            }

            if (FindConstructor(type, arguments) is not { } constructor || TryHandOn(constructor, arguments, named, compilation) is not { } handedOn)
            {
                return WithFlaw(use, ValidationFlawKind.LimitsAreUnknown);
            }

            arguments = handedOn;
            type = type.BaseType!;
        }

        return AttributeConstructors.TryBind(use.Known, arguments) is { } bound
            ? new AttributeUse(use.Known, use.Class, bound, named.ToImmutableArray(), use.Source)
            : WithFlaw(use, ValidationFlawKind.LimitsAreUnknown);
    }

    private static AttributeUse WithFlaw(AttributeUse use, ValidationFlawKind flaw) =>
        new(use.Known, use.Class, use.Arguments, use.NamedArguments, use.Source) { Flaw = flaw };

    private static bool OverridesCheck(INamedTypeSymbol type)
    {
        foreach (ISymbol member in type.GetMembers("IsValid"))
        {
            if (member.IsOverride)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The only constructor that takes as many arguments.</summary>
    private static IMethodSymbol? FindConstructor(INamedTypeSymbol type, ImmutableArray<Constant> arguments)
    {
        IMethodSymbol? found = null;
        foreach (IMethodSymbol constructor in type.InstanceConstructors)
        {
            if (constructor.Parameters.Length == arguments.Length)
            {
                if (found is not null)
                {
                    return null;
                }

                found = constructor;
            }
        }

        return found;
    }

    /// <summary>The arguments for the base constructor.</summary>
    private static ImmutableArray<Constant>? TryHandOn(
        IMethodSymbol constructor,
        ImmutableArray<Constant> arguments,
        List<KeyValuePair<string, Constant>> named,
        Compilation compilation)
    {
        if (constructor.IsImplicitlyDeclared && !constructor.ContainingType.DeclaringSyntaxReferences.IsEmpty)
        {
            return ImmutableArray<Constant>.Empty;
        }

        if (constructor.DeclaringSyntaxReferences is not [var reference] || !compilation.ContainsSyntaxTree(reference.SyntaxTree))
        {
            return null;
        }

        SyntaxNode syntax = reference.GetSyntax();
        ArgumentListSyntax? list = syntax switch
        {
            ConstructorDeclarationSyntax { Initializer: { RawKind: (int)SyntaxKind.BaseConstructorInitializer, ArgumentList: var initializer } } => initializer,
            TypeDeclarationSyntax { BaseList.Types: [PrimaryConstructorBaseTypeSyntax { ArgumentList: var initializer }, ..] } => initializer,
            _ => null,
        };
        if (list is null && syntax is ConstructorDeclarationSyntax { Initializer: not null })
        {
            return null;
        }

        SemanticModel model = compilation.GetSemanticModel(reference.SyntaxTree);
        if (syntax is ConstructorDeclarationSyntax declaration && !TryReadBody(declaration, Evaluate, named))
        {
            return null;
        }

        ImmutableArray<Constant>.Builder handedOn = ImmutableArray.CreateBuilder<Constant>();
        foreach (ArgumentSyntax argument in list?.Arguments ?? default)
        {
            if (argument.NameColon is not null || Evaluate(argument.Expression) is not { } value)
            {
                return null;
            }

            handedOn.Add(value);
        }

        return handedOn.ToImmutable();

        Constant? Evaluate(ExpressionSyntax expression)
        {
            if (expression is TypeOfExpressionSyntax { Type: var operand })
            {
                return model.GetTypeInfo(operand).Type is { } type ? new Constant(TypedConstantKind.Type, type) : null;
            }

            if (model.GetConstantValue(expression) is { HasValue: true, Value: var constant })
            {
                return model.GetTypeInfo(expression).Type is { TypeKind: TypeKind.Enum } type
                    ? new Constant(TypedConstantKind.Enum, constant, type)
                    : Constant.Of(constant);
            }

            return model.GetSymbolInfo(expression).Symbol is IParameterSymbol parameter
                && SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol, constructor)
                && parameter.Ordinal < arguments.Length
                    ? arguments[parameter.Ordinal]
                    : null;
        }
    }

    /// <summary>Reads a constructor body that only assigns properties. Any other statement makes the limits unknown.</summary>
    private static bool TryReadBody(
        ConstructorDeclarationSyntax constructor,
        Func<ExpressionSyntax, Constant?> evaluate,
        List<KeyValuePair<string, Constant>> named)
    {
        IEnumerable<ExpressionSyntax?> expressions = constructor.Body is { } body
            ? body.Statements.Select(statement => (statement as ExpressionStatementSyntax)?.Expression)
            : constructor.ExpressionBody is { Expression: var only } ? [only] : [];
        foreach (ExpressionSyntax? expression in expressions)
        {
            if (expression is not AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Left: IdentifierNameSyntax { Identifier.ValueText: var name }, Right: var right })
            {
                return false;
            }

            if (name is "ErrorMessage" or "ErrorMessageResourceName" or "ErrorMessageResourceType")
            {
                continue;
            }

            if (evaluate(right) is not { } value)
            {
                return false;
            }

            // An assignment in the attribute itself is earlier in the list, and the first one wins.
            named.Add(new KeyValuePair<string, Constant>(name, value));
        }

        return true;
    }
}
