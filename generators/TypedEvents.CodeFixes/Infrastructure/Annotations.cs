using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace TypedEvents.CodeFixes;

/// <summary>Adds and removes the library's attributes.</summary>
internal static class Annotations
{
    public const string EngageEvent = "EngageEventAttribute";
    public const string EventValue = "EventValueAttribute";
    public const string EventIgnore = "EventIgnoreAttribute";
    public const string EventProperty = "EventPropertyAttribute";
    public const string Flatten = "FlattenAttribute";

    /// <summary><c>[EventProperty("name")]</c>; the IDE adds the <c>using</c> where it lacks.</summary>
    /// <param name="document">Where it will stand.</param>
    /// <param name="compilation">Where the attribute is found.</param>
    /// <param name="attribute">The name of its class.</param>
    /// <param name="name">Its argument, if it has one.</param>
    public static AttributeListSyntax? Make(Document document, Compilation compilation, string attribute, string? name = null)
    {
        if (compilation.GetTypeByMetadataName("TypedEvents." + attribute) is not { } type)
        {
            return null;
        }

        var generator = SyntaxGenerator.GetGenerator(document);
        SyntaxNode[]? arguments = name is null ? null : [generator.AttributeArgument(Literal(name))];
        SyntaxNode list = generator.Attribute(generator.TypeExpression(type, addImport: true), arguments);
        return ((AttributeListSyntax)list).WithoutTrivia();
    }

    public static LiteralExpressionSyntax Literal(string text) =>
        SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(text));

    /// <summary>Adds an attribute on a separate line, above the existing ones.</summary>
    public static T Add<T>(T declaration, AttributeListSyntax list, SyntaxTrivia newLine)
        where T : MemberDeclarationSyntax
    {
        SyntaxTriviaList leading = declaration.GetLeadingTrivia();
        SyntaxTriviaList indentation = leading.Count > 0 && leading.Last().IsKind(SyntaxKind.WhitespaceTrivia)
            ? SyntaxFactory.TriviaList(leading.Last())
            : SyntaxFactory.TriviaList();
        T indented = declaration.WithLeadingTrivia(indentation);
        return (T)indented.WithAttributeLists(indented.AttributeLists.Insert(
            0,
            list.WithLeadingTrivia(leading).WithTrailingTrivia(newLine)));
    }

    /// <summary>Puts an attribute before a parameter.</summary>
    public static ParameterSyntax Add(ParameterSyntax parameter, AttributeListSyntax list)
    {
        SyntaxTriviaList leading = parameter.GetLeadingTrivia();
        ParameterSyntax bare = parameter.WithLeadingTrivia();
        return bare.WithAttributeLists(bare.AttributeLists.Insert(0, list.WithLeadingTrivia(leading).WithTrailingTrivia(SyntaxFactory.Space)));
    }

    /// <summary>Puts an attribute before the member of an enum, on its line.</summary>
    public static EnumMemberDeclarationSyntax AddToMember(EnumMemberDeclarationSyntax member, AttributeListSyntax list)
    {
        SyntaxTriviaList leading = member.GetLeadingTrivia();
        EnumMemberDeclarationSyntax bare = member.WithLeadingTrivia();
        return bare.WithAttributeLists(bare.AttributeLists.Insert(0, list.WithLeadingTrivia(leading).WithTrailingTrivia(SyntaxFactory.Space)));
    }

    /// <summary>Puts an attribute on a property, or on the positional parameter that stands for one.</summary>
    public static SyntaxNode AddToProperty(SyntaxNode property, AttributeListSyntax list) =>
        property is ParameterSyntax parameter ? Add(parameter, list) : Add((MemberDeclarationSyntax)property, list, NewLineOf(property));

    /// <summary>The declaration without some of its attributes.</summary>
    public static SyntaxNode Remove(SyntaxNode declaration, IReadOnlyList<AttributeSyntax> attributes)
    {
        if (attributes.Count == 0)
        {
            return declaration;
        }

        SyntaxNode remaining = declaration.TrackNodes(attributes);
        foreach (AttributeSyntax attribute in attributes)
        {
            remaining = Remove(remaining, remaining.GetCurrentNode(attribute)!);
        }

        return remaining;
    }

    /// <summary>The declaration without one of its attributes.</summary>
    public static SyntaxNode Remove(SyntaxNode declaration, AttributeSyntax attribute)
    {
        var list = (AttributeListSyntax)attribute.Parent!;
        if (list.Attributes.Count > 1)
        {
            return declaration.ReplaceNode(list, list.WithAttributes(list.Attributes.Remove(attribute)).WithTriviaFrom(list));
        }

        SyntaxNode remaining = declaration switch
        {
            ParameterSyntax parameter => parameter.WithAttributeLists(Remove(parameter.AttributeLists, list)),
            MemberDeclarationSyntax member => member.WithAttributeLists(Remove(member.AttributeLists, list)),
            _ => declaration,
        };

        // A comment above the attribute is about the declaration.
        bool isFirst = list.SpanStart == declaration.SpanStart;
        return isFirst ? remaining.WithLeadingTrivia(list.GetLeadingTrivia()) : remaining;
    }

    /// <summary>The lists without one. <c>[A][B] int</c> becomes <c>[A] int</c>.</summary>
    private static SyntaxList<AttributeListSyntax> Remove(SyntaxList<AttributeListSyntax> lists, AttributeListSyntax list)
    {
        int index = lists.IndexOf(list);
        SyntaxList<AttributeListSyntax> remaining = lists.RemoveAt(index);
        return index > 0 && !remaining[index - 1].HasTrailingTrivia
            ? remaining.Replace(remaining[index - 1], remaining[index - 1].WithTrailingTrivia(list.GetTrailingTrivia()))
            : remaining;
    }

    /// <summary>A new line as the file has them.</summary>
    public static SyntaxTrivia NewLineOf(SyntaxNode node)
    {
        foreach (SyntaxTrivia trivia in node.SyntaxTree.GetRoot().DescendantTrivia())
        {
            if (trivia.IsKind(SyntaxKind.EndOfLineTrivia))
            {
                return trivia;
            }
        }

        return SyntaxFactory.LineFeed;
    }
}
