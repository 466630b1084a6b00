using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedEvents.Generators.Analyzers;

namespace TypedEvents.CodeFixes;

/// <summary>Makes a class or struct a partial record.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(MakeRecordFix))]
public sealed class MakeRecordFix : EventFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("TE0002");

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Diagnostic diagnostic = context.Diagnostics[0];
        if (await Place.OfAsync(context.Document, diagnostic, context.CancellationToken).ConfigureAwait(false) is { } place
            && place.Find<TypeDeclarationSyntax>() is { } declaration
            && place.Model.GetDeclaredSymbol(declaration, context.CancellationToken) is { } type
            && type.CanBecomeRecord())
        {
            string title = type.TypeKind == TypeKind.Struct ? "Make it a partial record struct" : "Make it a partial record";
            Offer(context, diagnostic, title, nameof(MakeRecordFix), (solution, cancellation) =>
                TypeDeclarations.MakePartialAsync(solution, type, (_, part) => TypeDeclarations.ToRecord(part), cancellation));
        }
    }
}
