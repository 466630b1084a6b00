using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using TypedEvents.Generators.Analyzers;

namespace TypedEvents.CodeFixes;

/// <summary>Leaves out a property that can't be sent. What else was said of how to send it goes.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IgnorePropertyFix))]
public sealed class IgnorePropertyFix : EventFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("TE0008", "TE0009", "TE0010", "TE0021", "TE0022", "TE0030");

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Diagnostic diagnostic = context.Diagnostics[0];

        // What another library names is to be sent; only what it leaves out may be meant to be left out.
        if (FixHint.NameOf(diagnostic) is null
            && await Place.OfAsync(context.Document, diagnostic, context.CancellationToken).ConfigureAwait(false) is { } place
            && place.FindProperty() is { } property
            && Annotations.Make(place.Document, place.Model.Compilation, Annotations.EventIgnore) is { } annotation)
        {
            Offer(context, diagnostic, "Leave it out with [EventIgnore]", nameof(IgnorePropertyFix), (_, _) =>
                Task.FromResult(place.Replace(property, Annotations.AddToProperty(WithoutOthers(place, property), annotation))));
        }
    }

    private static SyntaxNode WithoutOthers(Place place, SyntaxNode property) =>
        Annotations.Remove(property, [.. place.AnnotationsOf(property, Annotations.EventProperty, Annotations.Flatten)]);
}
