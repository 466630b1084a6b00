using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedEvents.Generators.Analyzers;

namespace TypedEvents.CodeFixes;

/// <summary>Gives a call of a nested event the name that the generated one has.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(NestedCallFix))]
public sealed class NestedCallFix : EventFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("TE0028");

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Diagnostic diagnostic = context.Diagnostics[0];
        if (FixHint.NameOf(diagnostic) is { } name
            && await Place.OfAsync(context.Document, diagnostic, context.CancellationToken).ConfigureAwait(false) is { } place
            && place.Find<SimpleNameSyntax>() is { } call)
        {
            Offer(context, diagnostic, $"Call '{name}'", nameof(NestedCallFix), (_, _) =>
                Task.FromResult(place.Replace(call, call.WithIdentifier(SyntaxFactory.Identifier(name).WithTriviaFrom(call.Identifier)))));
        }
    }
}
