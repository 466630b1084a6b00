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
        Offer(context, diagnostic, "Make it partial", nameof(MakePartialFix), (solution, cancellation) => MendAsync(solution, diagnostic, cancellation));
        return Task.CompletedTask;
    }

    private static async Task<Solution> MendAsync(Solution solution, Diagnostic diagnostic, CancellationToken cancellation) =>
        await Place.OfAsync(solution, diagnostic, cancellation).ConfigureAwait(false) is { } place
        && place.Find<TypeDeclarationSyntax>() is { } declaration
        && place.Model.GetDeclaredSymbol(declaration, cancellation) is { } type
            ? await TypeDeclarations.MakePartialAsync(solution, type, cancellation).ConfigureAwait(false)
            : solution;
}
