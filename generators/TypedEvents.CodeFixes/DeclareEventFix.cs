using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedEvents.Generators.Analyzers;

namespace TypedEvents.CodeFixes;

/// <summary>Makes the tracked type an event: it annotates the declaration, which may be in another file.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DeclareEventFix))]
public sealed class DeclareEventFix : EventFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("TE0019");

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Diagnostic diagnostic = context.Diagnostics[0];
        bool isDeclaredHere = diagnostic.AdditionalLocations.Count > 0;
        if (isDeclaredHere
            && await Place.OfAsync(context.Document, diagnostic, context.CancellationToken).ConfigureAwait(false) is { } place
            && place.Find<TypeDeclarationSyntax>() is { } declaration
            && place.Model.GetDeclaredSymbol(declaration, context.CancellationToken) is { Arity: 0 } type
            && type.CanBecomeRecord()
            && NameRules.Suggest(type.Name) is { } name
            && Annotations.Make(place.Document, place.Model.Compilation, Annotations.EngageEvent, name) is { } annotation)
        {
            Offer(context, diagnostic, $"Make '{type.Name}' the event '{name}'", nameof(DeclareEventFix), (solution, cancellation) =>
                TypeDeclarations.MakePartialAsync(solution, type, Change, cancellation));

            TypeDeclarationSyntax Change(TypeDeclarationSyntax original, TypeDeclarationSyntax part)
            {
                TypeDeclarationSyntax record = TypeDeclarations.WithPartial(TypeDeclarations.ToRecord(part));
                return original == declaration ? Annotations.Add(record, annotation, Annotations.NewLineOf(declaration)) : record;
            }
        }
    }
}
