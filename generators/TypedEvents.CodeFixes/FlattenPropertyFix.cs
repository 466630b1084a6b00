using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using TypedEvents.Generators.Analyzers;

namespace TypedEvents.CodeFixes;

/// <summary>Sends the properties of a record in the place of the property that holds it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(FlattenPropertyFix))]
public sealed class FlattenPropertyFix : EventFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("TE0008");

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Diagnostic diagnostic = context.Diagnostics[0];
        if (FixHint.CanFlattenOf(diagnostic)
            && FixHint.HasPlace(diagnostic)
            && await Place.OfAsync(context.Document, diagnostic, context.CancellationToken).ConfigureAwait(false) is { } place
            && place.FindProperty() is { } property
            && Annotations.Make(place.Document, place.Model.Compilation, Annotations.Flatten) is { } annotation)
        {
            Offer(context, diagnostic, "Send its properties with [Flatten]", nameof(FlattenPropertyFix), (_, _) =>
                Task.FromResult(place.Replace(property, Annotations.AddToProperty(property, annotation))));
        }
    }
}
