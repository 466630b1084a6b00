using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedEvents.CodeFixes;

/// <summary>Removes an annotation that has no effect, or of an annotation the format that has none.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RemoveAnnotationFix))]
public sealed class RemoveAnnotationFix : EventFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("TE0017", "TE0018");

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Diagnostic diagnostic = context.Diagnostics[0];
        if (await Place.OfAsync(context.Document, diagnostic, context.CancellationToken).ConfigureAwait(false) is { } place
            && place.Find<AttributeSyntax>() is { Parent.Parent: { } declaration } annotation)
        {
            SyntaxNode mended = place.Find<AttributeArgumentSyntax>() is { } format && annotation.ArgumentList!.Arguments.Count > 1
                ? declaration.ReplaceNode(annotation, WithoutArgument(annotation, format))
                : Annotations.Remove(declaration, annotation);
            Offer(context, diagnostic, "Remove it", nameof(RemoveAnnotationFix), (_, _) => Task.FromResult(place.Replace(declaration, mended)));
        }
    }

    private static AttributeSyntax WithoutArgument(AttributeSyntax annotation, AttributeArgumentSyntax argument) =>
        annotation.WithArgumentList(annotation.ArgumentList!.WithArguments(annotation.ArgumentList.Arguments.Remove(argument)));
}
