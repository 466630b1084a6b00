using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedEvents.Generators.Parsing.Plain;

/// <summary>Reads the attributes of a member as far as their names and literals tell what they are.</summary>
/// <param name="model">The semantic model of their file.</param>
internal sealed class PlainAnnotations(SemanticModel model)
{
    private const string Suffix = "Attribute";

    /// <summary>Reads <c>[EventProperty("name")]</c> and <c>[EventIgnore]</c>.</summary>
    /// <returns>Whether that is certain: not where there is anything else.</returns>
    public bool TryRead(SyntaxList<AttributeListSyntax> lists, out string? wireName, out bool isIgnored)
    {
        wireName = null;
        isIgnored = false;
        if (lists.Count == 0)
        {
            return true;
        }

        return lists.Count == 1
            && lists[0] is { Attributes: [{ Name: IdentifierNameSyntax name } attribute] } list
            && (list.Target is null || list.Target.Identifier.IsKind(SyntaxKind.PropertyKeyword))
            && TryRead(attribute, name, ref wireName, ref isIgnored);
    }

    private bool TryRead(AttributeSyntax attribute, IdentifierNameSyntax name, ref string? wireName, ref bool isIgnored)
    {
        switch (name.Identifier.ValueText)
        {
            case "EventIgnore":
                isIgnored = true;
                return attribute.ArgumentList is null or { Arguments.Count: 0 } && IsLibraryAttribute(name);
            case "EventProperty":
                if (attribute.ArgumentList is not
                    {
                        Arguments:
                        [
                            {
                                NameEquals: null,
                                NameColon: null,
                                Expression: LiteralExpressionSyntax { RawKind: (int)SyntaxKind.StringLiteralExpression } literal,
                            },
                        ],
                    })
                {
                    return false;
                }

                wireName = literal.Token.ValueText;
                return IsLibraryAttribute(name);
            default:
                return false;
        }
    }

    /// <summary>Whether an attribute's short name means the library's, and nothing that is called exactly as it is written.</summary>
    private bool IsLibraryAttribute(IdentifierNameSyntax name)
    {
        string written = name.Identifier.ValueText;
        return Find(name, written).IsEmpty
            && Find(name, written + Suffix) is [INamedTypeSymbol { Arity: 0 } type]
            && type.IsInLibrary(written + Suffix);
    }

    private ImmutableArray<ISymbol> Find(IdentifierNameSyntax name, string text) => model.LookupNamespacesAndTypes(name.SpanStart, null, text);
}
