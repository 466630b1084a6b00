using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using TypedEvents.Generators.Analyzers;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.CodeFixes;

/// <summary>Makes a record of the class or struct whose properties are to be sent.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(MakeFlattenedRecordFix))]
public sealed class MakeFlattenedRecordFix : EventFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("TE0021");

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Diagnostic diagnostic = context.Diagnostics[0];
        if (await Place.OfAsync(context.Document, diagnostic, context.CancellationToken).ConfigureAwait(false) is { } place
            && place.FindPropertyType(context.CancellationToken)?.WithoutNullable(out _) is INamedTypeSymbol type
            && type.CanBecomeRecord())
        {
            Offer(context, diagnostic, $"Make '{type.Name}' a record", nameof(MakeFlattenedRecordFix), (solution, cancellation) =>
                TypeDeclarations.MakeRecordAsync(solution, type.OriginalDefinition, cancellation));
        }
    }
}
