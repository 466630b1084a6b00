using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedEvents.Generators.Analyzers;

namespace TypedEvents.CodeFixes;

/// <summary>Makes a property that can't be sent a string, or a list of strings.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SendAsStringFix))]
public sealed class SendAsStringFix : EventFix
{
    private const string ListRule = "TE0009";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("TE0008", ListRule);

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Diagnostic diagnostic = context.Diagnostics[0];
        if (FixHint.HasPlace(diagnostic)
            && await Place.OfAsync(context.Document, diagnostic, context.CancellationToken).ConfigureAwait(false) is { } place
            && FindType(place.FindProperty()) is { } type)
        {
            bool isList = diagnostic.Id == ListRule;
            TypeSyntax replacement = (isList ? ListOfStrings(type) : StringFor(type)).WithTriviaFrom(type);
            Offer(context, diagnostic, isList ? "Make it a list of strings" : "Make it a string", nameof(SendAsStringFix), (_, _) =>
                Task.FromResult(place.Replace(type, replacement)));
        }
    }

    /// <summary>The type where it can be changed alone: code that gives the value, or a base that declares it, would have to change, too.</summary>
    private static TypeSyntax? FindType(SyntaxNode? property) => property switch
    {
        ParameterSyntax parameter => parameter.Type,
        PropertyDeclarationSyntax { AccessorList: { } accessors } declaration
            when accessors.Accessors.All(accessor => accessor.Body is null && accessor.ExpressionBody is null)
            && !declaration.Modifiers.Any(SyntaxKind.OverrideKeyword) => declaration.Type,
        _ => null,
    };

    /// <summary>A nullable value becomes a nullable string.</summary>
    private static TypeSyntax StringFor(TypeSyntax type)
    {
        TypeSyntax text = SyntaxFactory.PredefinedType(SyntaxFactory.Token(SyntaxKind.StringKeyword));
        return type is NullableTypeSyntax ? SyntaxFactory.NullableType(text) : text;
    }

    /// <summary><c>List&lt;int&gt;</c> stays a list; a type that has its elements from elsewhere becomes an array.</summary>
    private static TypeSyntax ListOfStrings(TypeSyntax type) => type switch
    {
        NullableTypeSyntax nullable => nullable.WithElementType(ListOfStrings(nullable.ElementType)),
        ArrayTypeSyntax { RankSpecifiers.Count: 1 } array => array.WithElementType(StringFor(array.ElementType)),
        QualifiedNameSyntax { Right: GenericNameSyntax generic } qualified => qualified.WithRight(ListOfStrings(generic)),
        GenericNameSyntax { TypeArgumentList.Arguments.Count: 1 } generic => ListOfStrings(generic),
        _ => SyntaxFactory.ParseTypeName("string[]"),
    };

    private static GenericNameSyntax ListOfStrings(GenericNameSyntax generic) =>
        generic.ReplaceNode(generic.TypeArgumentList.Arguments[0], StringFor(generic.TypeArgumentList.Arguments[0]));
}
