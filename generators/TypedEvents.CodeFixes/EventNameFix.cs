using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedEvents.Generators.Analyzers;

namespace TypedEvents.CodeFixes;

/// <summary>Gives an event a valid name: the <c>snake_case</c> form of its current name.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(EventNameFix))]
public sealed class EventNameFix : EventFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("TE0007", "TE0012", "TE0013");

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Diagnostic diagnostic = context.Diagnostics[0];

        // The name of a constant says more than its value, and other code may depend on it: that is left to its author.
        if (FixHint.NameOf(diagnostic) is { } name
            && await Place.OfAsync(context.Document, diagnostic, context.CancellationToken).ConfigureAwait(false) is { } place
            && place.Find<AttributeArgumentSyntax>() is { Expression: not (NameSyntax or MemberAccessExpressionSyntax) and var expression })
        {
            Offer(context, diagnostic, $"Name it '{name}'", nameof(EventNameFix), (_, _) =>
                Task.FromResult(place.Replace(expression, Annotations.Literal(name).WithTriviaFrom(expression))));
        }
    }
}
