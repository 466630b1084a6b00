using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedEvents.CodeFixes;

/// <summary>Takes <c>file</c> from the outermost type, which is the one that can have it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RemoveFileModifierFix))]
public sealed class RemoveFileModifierFix : EventFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("TE0004");

    /// <inheritdoc/>
    public override Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Diagnostic diagnostic = context.Diagnostics[0];
        Offer(context, diagnostic, "Remove 'file'", nameof(RemoveFileModifierFix), (_, cancellation) => FixAsync(context.Document, diagnostic, cancellation));
        return Task.CompletedTask;
    }

    private static async Task<Solution> FixAsync(Document document, Diagnostic diagnostic, CancellationToken cancellation)
    {
        if (await Place.OfAsync(document, diagnostic, cancellation).ConfigureAwait(false) is not { } place
            || place.Find<TypeDeclarationSyntax>() is not { } inner
            || place.Model.GetDeclaredSymbol(inner, cancellation) is not { } type)
        {
            return document.Project.Solution;
        }

        while (type.ContainingType is { } container)
        {
            type = container;
        }

        // All parts of a file-local type are in its file.
        SyntaxNode root = await inner.SyntaxTree.GetRootAsync(cancellation).ConfigureAwait(false);
        IEnumerable<TypeDeclarationSyntax> parts = type.DeclaringSyntaxReferences
            .Where(reference => reference.SyntaxTree == inner.SyntaxTree)
            .Select(reference => reference.GetSyntax(cancellation))
            .OfType<TypeDeclarationSyntax>();
        return document.Project.Solution.WithDocumentSyntaxRoot(place.Document.Id, root.ReplaceNodes(parts, (_, part) => WithoutFile(part)));
    }

    private static TypeDeclarationSyntax WithoutFile(TypeDeclarationSyntax declaration)
    {
        int index = declaration.Modifiers.IndexOf(SyntaxKind.FileKeyword);
        return index < 0
            ? declaration
            : declaration.WithModifiers(declaration.Modifiers.RemoveAt(index)).WithLeadingTrivia(declaration.GetLeadingTrivia());
    }
}
