using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace TypedEvents.CodeFixes;

/// <summary>Leaves out a property that can't be sent.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IgnorePropertyFix))]
public sealed class IgnorePropertyFix : EventFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("TE0008", "TE0009");

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Diagnostic diagnostic = context.Diagnostics[0];
        if (await Place.OfAsync(context.Document, diagnostic, context.CancellationToken).ConfigureAwait(false) is { } place
            && place.FindProperty() is { } property
            && Annotations.Make(place.Document, place.Model.Compilation, Annotations.EventIgnore) is { } annotation)
        {
            Offer(context, diagnostic, "Leave it out with [EventIgnore]", nameof(IgnorePropertyFix), (_, _) =>
                Task.FromResult(place.Replace(property, Annotations.AddToProperty(property, annotation))));
        }
    }
}
