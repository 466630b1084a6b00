using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedEvents.Generators.Parsing;

/// <summary>
/// Reads which classification an attribute of Microsoft.Extensions.Compliance stands for. Its constructor passes that on at run time, so it is read
/// from the source: <c>class PrivateAttribute() : DataClassificationAttribute(Taxonomy.Private)</c>.
/// </summary>
/// <param name="compilation">The compilation that uses the attributes.</param>
internal sealed class ClassificationReader(Compilation compilation)
{
    private const string Suffix = "Attribute";

    /// <summary>More than anybody writes, and less than a cycle.</summary>
    private const int MaxDepth = 10;

    private readonly ConcurrentDictionary<INamedTypeSymbol, string?> _known = new(SymbolEqualityComparer.Default);

    /// <summary>
    /// The classification as <c>taxonomy:value</c>. Of an attribute of another assembly the compiler knows the name only, so that is given
    /// without its suffix. <see langword="null"/> for <c>[NoDataClassification]</c>.
    /// </summary>
    public string? Of(INamedTypeSymbol attribute) => _known.GetOrAdd(attribute, Read);

    private string? Read(INamedTypeSymbol attribute)
    {
        if (FindArgument(attribute) is { } argument && ReadClassification(argument, 0) is { } classification)
        {
            return classification;
        }

        string name = attribute.Name.EndsWith(Suffix, StringComparison.Ordinal) && attribute.Name.Length > Suffix.Length
            ? attribute.Name.Substring(0, attribute.Name.Length - Suffix.Length)
            : attribute.Name;
        return name switch
        {
            "NoDataClassification" => null,
            "UnknownDataClassification" => "Unknown",
            _ => name,
        };
    }

    /// <summary>What the attribute's constructor passes to its base.</summary>
    private ExpressionSyntax? FindArgument(INamedTypeSymbol attribute)
    {
        foreach (SyntaxReference reference in attribute.DeclaringSyntaxReferences)
        {
            if (!compilation.ContainsSyntaxTree(reference.SyntaxTree) || reference.GetSyntax() is not TypeDeclarationSyntax declaration)
            {
                continue;
            }

            if (declaration.BaseList?.Types is { Count: > 0 } bases && bases[0] is PrimaryConstructorBaseTypeSyntax { ArgumentList.Arguments: [var passed] })
            {
                return passed.Expression;
            }

            foreach (MemberDeclarationSyntax member in declaration.Members)
            {
                if (member is ConstructorDeclarationSyntax { Initializer: { RawKind: (int)SyntaxKind.BaseConstructorInitializer, ArgumentList.Arguments: [var argument] } })
                {
                    return argument.Expression;
                }
            }
        }

        return null;
    }

    private string? ReadClassification(ExpressionSyntax expression, int depth) => expression switch
    {
        BaseObjectCreationExpressionSyntax { ArgumentList.Arguments: [var taxonomy, var value] } =>
            ReadString(taxonomy.Expression, depth) is { } name && ReadString(value.Expression, depth) is { } text ? $"{name}:{text}" : null,
        _ => FindValue(expression, depth) is { } source ? ReadClassification(source, depth + 1) : null,
    };

    private string? ReadString(ExpressionSyntax expression, int depth)
    {
        SemanticModel model = compilation.GetSemanticModel(expression.SyntaxTree);
        if (model.GetConstantValue(expression) is { HasValue: true, Value: string text })
        {
            return text;
        }

        if (expression is PostfixUnaryExpressionSyntax { Operand: var operand })
        {
            return ReadString(operand, depth);
        }

        if (expression is MemberAccessExpressionSyntax { Expression: TypeOfExpressionSyntax { Type: var named }, Name.Identifier.Text: var member }
            && model.GetTypeInfo(named).Type is INamedTypeSymbol type)
        {
            return member switch
            {
                "FullName" => ContractParser.FullNameOf(type),
                "Name" => type.MetadataName,
                _ => null,
            };
        }

        return FindValue(expression, depth) is { } source ? ReadString(source, depth + 1) : null;
    }

    /// <summary>The expression that a property or field of this compilation has as its value.</summary>
    private ExpressionSyntax? FindValue(ExpressionSyntax expression, int depth)
    {
        ISymbol? symbol = depth < MaxDepth ? compilation.GetSemanticModel(expression.SyntaxTree).GetSymbolInfo(expression).Symbol : null;
        if (symbol is not { IsStatic: true, DeclaringSyntaxReferences: [var reference] } || !compilation.ContainsSyntaxTree(reference.SyntaxTree))
        {
            return null;
        }

        return reference.GetSyntax() switch
        {
            VariableDeclaratorSyntax field => field.Initializer?.Value,
            PropertyDeclarationSyntax property => property.ExpressionBody?.Expression
                ?? property.Initializer?.Value
                ?? ValueOf(property.AccessorList?.Accessors.FirstOrDefault(static accessor => accessor.IsKind(SyntaxKind.GetAccessorDeclaration))),
            _ => null,
        };
    }

    private static ExpressionSyntax? ValueOf(AccessorDeclarationSyntax? getter) =>
        getter?.ExpressionBody?.Expression ?? (getter?.Body?.Statements is [ReturnStatementSyntax { Expression: { } returned }] ? returned : null);
}
