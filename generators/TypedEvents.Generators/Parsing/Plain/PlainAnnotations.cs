using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedEvents.Generators.Parsing.Plain;

/// <summary>Reads the attribute of a member as far as its name and a literal tell what it says.</summary>
/// <param name="model">The semantic model of its file.</param>
internal sealed class PlainAnnotations(SemanticModel model)
{
    private const string Suffix = "Attribute";

    /// <summary>Reads <c>[EventProperty("name")]</c>, <c>[EventIgnore]</c>, or one attribute that concerns no event.</summary>
    /// <param name="lists">The member's attributes.</param>
    /// <param name="wireName">The explicit name on the wire.</param>
    /// <param name="isIgnored">Whether the property is left out.</param>
    /// <returns>Whether that is certain: not where there is anything else.</returns>
    public bool TryRead(SyntaxList<AttributeListSyntax> lists, out string? wireName, out bool isIgnored)
    {
        wireName = null;
        isIgnored = false;
        if (lists.Count == 0)
        {
            return true;
        }

        if (lists is not [{ Attributes: [{ Name: IdentifierNameSyntax name } attribute] } list]
            || list.Target is { } target && !target.Identifier.IsKind(SyntaxKind.PropertyKeyword)
            || FindClass(name) is not { } type)
        {
            return false;
        }

        if (type.IsInLibrary("EventIgnoreAttribute"))
        {
            isIgnored = true;
            return true;
        }

        if (type.IsInLibrary("EventPropertyAttribute"))
        {
            return TryReadName(attribute, out wireName);
        }

        return !MayConcernEvents(type);
    }

    /// <summary>The class that an attribute's short name means, where nothing is called exactly as it is written.</summary>
    private INamedTypeSymbol? FindClass(IdentifierNameSyntax name)
    {
        string written = name.Identifier.Text;
        return Find(name, written).IsEmpty && Find(name, written + Suffix) is [INamedTypeSymbol { Arity: 0 } type] ? type : null;
    }

    private ImmutableArray<ISymbol> Find(IdentifierNameSyntax name, string text) => model.LookupNamespacesAndTypes(name.SpanStart, null, text);

    private static bool TryReadName(AttributeSyntax attribute, out string? wireName)
    {
        if (attribute.ArgumentList is
            {
                Arguments: [{ NameEquals: null, NameColon: null, Expression: LiteralExpressionSyntax { RawKind: (int)SyntaxKind.StringLiteralExpression } literal }],
            })
        {
            wireName = literal.Token.ValueText;
            return true;
        }

        wireName = null;
        return false;
    }

    /// <summary>Whether an attribute has the name of one that the parsers look for, wherever it is declared.</summary>
    private static bool MayConcernEvents(INamedTypeSymbol type) =>
        type.Name is "FlattenAttribute"
            or "StringLengthAttribute" or "MaxLengthAttribute" or "RangeAttribute" or "AllowedValuesAttribute" or "RegularExpressionAttribute"
            or "ObsoleteAttribute" or "ExperimentalAttribute"
            or "CallerMemberNameAttribute" or "CallerFilePathAttribute" or "CallerLineNumberAttribute"
        || type.ContainingNamespace is { Name: "TypedEvents" };
}
