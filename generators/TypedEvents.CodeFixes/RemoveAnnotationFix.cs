using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.CodeFixes;

/// <summary>Removes an annotation or a validation attribute that has no effect, or of an annotation the format that has none.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RemoveAnnotationFix))]
public sealed class RemoveAnnotationFix : EventFix
{
    private const string FlattensNoRecord = "TE0021";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("TE0017", "TE0018", FlattensNoRecord, "TE0024");

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Diagnostic diagnostic = context.Diagnostics[0];
        if (await Place.OfAsync(context.Document, diagnostic, context.CancellationToken).ConfigureAwait(false) is { } place
            && Find(place, diagnostic, context.CancellationToken) is { Parent.Parent: { } declaration } annotation)
        {
            SyntaxNode corrected = place.Find<AttributeArgumentSyntax>() is { } format && annotation.ArgumentList!.Arguments.Count > 1
                ? declaration.ReplaceNode(annotation, WithoutArgument(annotation, format))
                : Annotations.Remove(declaration, annotation);
            Offer(context, diagnostic, "Remove it", nameof(RemoveAnnotationFix), (_, _) => Task.FromResult(place.Replace(declaration, corrected)));
        }
    }

    /// <summary>A flattened property whose type can be sent directly needs no <c>[Flatten]</c>.</summary>
    private static AttributeSyntax? Find(Place place, Diagnostic diagnostic, CancellationToken cancellation)
    {
        if (diagnostic.Id != FlattensNoRecord)
        {
            return place.Find<AttributeSyntax>();
        }

        return place.FindPropertyType(cancellation) is { } type && ValueParser.Parse(type, 0, 0) is not null
            ? place.AnnotationsOf(place.FindProperty()!, Annotations.Flatten).FirstOrDefault()
            : null;
    }

    private static AttributeSyntax WithoutArgument(AttributeSyntax annotation, AttributeArgumentSyntax argument) =>
        annotation.WithArgumentList(annotation.ArgumentList!.WithArguments(annotation.ArgumentList.Arguments.Remove(argument)));
}
