using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedEvents.Generators.Analyzers;

namespace TypedEvents.CodeFixes;

/// <summary>Gives a property a valid wire name.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(PropertyNameFix))]
public sealed class PropertyNameFix : EventFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("TE0013", "TE0014", "TE0030");

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Diagnostic diagnostic = context.Diagnostics[0];
        if (FixHint.NameOf(diagnostic) is { } name
            && await Place.OfAsync(context.Document, diagnostic, context.CancellationToken).ConfigureAwait(false) is { } place
            && place.FindProperty() is { } property
            && Fix(place, property, name) is { } corrected)
        {
            Offer(context, diagnostic, $"Send it as '{name}'", nameof(PropertyNameFix), (_, _) =>
                Task.FromResult(place.Replace(property, corrected)));
        }
    }

    private static SyntaxNode? Fix(Place place, SyntaxNode property, string name)
    {
        if (place.AnnotationsOf(property, Annotations.EventProperty).FirstOrDefault() is not { } annotation)
        {
            return Annotations.Make(place.Document, place.Model.Compilation, Annotations.EventProperty, name) is { } list
                ? Annotations.AddToProperty(property, list)
                : null;
        }

        return property.ReplaceNode(annotation, WithName(annotation, Annotations.Literal(name)));
    }

    private static AttributeSyntax WithName(AttributeSyntax annotation, ExpressionSyntax name)
    {
        AttributeArgumentListSyntax list = annotation.ArgumentList ?? SyntaxFactory.AttributeArgumentList();
        AttributeArgumentSyntax? old = list.Arguments.FirstOrDefault(argument => argument.NameEquals is null);
        if (old is not null)
        {
            return annotation.ReplaceNode(old.Expression, name.WithTriviaFrom(old.Expression));
        }

        return annotation.WithArgumentList(list.WithArguments(list.Arguments.Insert(0, SyntaxFactory.AttributeArgument(name))));
    }
}
