using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedEvents.CodeFixes;

/// <summary>Makes an event and the types around it partial.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(MakePartialFix))]
public sealed class MakePartialFix : EventFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("TE0001");

    /// <inheritdoc/>
    public override Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Diagnostic diagnostic = context.Diagnostics[0];
        Offer(context, diagnostic, "Make it partial", nameof(MakePartialFix), (_, cancellation) => FixAsync(context.Document, diagnostic, cancellation));
        return Task.CompletedTask;
    }

    private static async Task<Solution> FixAsync(Document document, Diagnostic diagnostic, CancellationToken cancellation) =>
        await Place.OfAsync(document, diagnostic, cancellation).ConfigureAwait(false) is { } place
        && place.Find<TypeDeclarationSyntax>() is { } declaration
        && place.Model.GetDeclaredSymbol(declaration, cancellation) is { } type
            ? await TypeDeclarations.MakePartialAsync(document.Project.Solution, type, cancellation).ConfigureAwait(false)
            : document.Project.Solution;
}
