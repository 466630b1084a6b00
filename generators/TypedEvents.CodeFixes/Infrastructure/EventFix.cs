using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace TypedEvents.CodeFixes;

/// <summary>A light bulb for one rule or several, which mends all occurrences at once as well.</summary>
/// <remarks>
/// Fixes aren't marked as shared MEF parts: the IDE makes those of a package by reflection, and the mark would tie this assembly to
/// one version of System.Composition.
/// </remarks>
public abstract class EventFix : CodeFixProvider
{
    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <summary>Offers one way to mend what is underlined.</summary>
    /// <param name="context">What is underlined.</param>
    /// <param name="diagnostic">Why.</param>
    /// <param name="title">What the light bulb says.</param>
    /// <param name="key">The same for all occurrences that are mended together.</param>
    /// <param name="mend">Mends it.</param>
    private protected static void Offer(
        CodeFixContext context,
        Diagnostic diagnostic,
        string title,
        string key,
        Func<Solution, CancellationToken, Task<Solution>> mend) =>
        context.RegisterCodeFix(CodeAction.Create(title, cancellation => mend(context.Document.Project.Solution, cancellation), key), diagnostic);
}
