using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedEvents.Generators.Analyzers;

namespace TypedEvents.CodeFixes;

/// <summary>Gives the member of an enum the name that it has for another library.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(EnumValueFix))]
public sealed class EnumValueFix : EventFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("TE0030");

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Diagnostic diagnostic = context.Diagnostics[0];
        if (FixHint.NameOf(diagnostic) is { } name
            && FixHint.HasPlace(diagnostic)
            && await Place.OfAsync(context.Document, diagnostic, context.CancellationToken).ConfigureAwait(false) is { } place
            && place.Find<EnumMemberDeclarationSyntax>() is { } member
            && Annotations.Make(place.Document, place.Model.Compilation, Annotations.EventValue, name) is { } list)
        {
            Offer(context, diagnostic, $"Send it as '{name}'", nameof(EnumValueFix), (_, _) =>
                Task.FromResult(place.Replace(member, Annotations.AddToMember(member, list))));
        }
    }
}
