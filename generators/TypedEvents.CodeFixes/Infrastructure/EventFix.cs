using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace TypedEvents.CodeFixes;

/// <summary>A code fix for one or several rules, which can also fix all occurrences.</summary>
/// <remarks>
/// Fixes aren't marked as shared MEF parts: the IDE makes those of a package by reflection, and the mark would tie this assembly to
/// one version of System.Composition.
/// </remarks>
public abstract class EventFix : CodeFixProvider
{
    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <summary>Offers one way to fix what is underlined.</summary>
    /// <param name="context">The diagnostic.</param>
    /// <param name="diagnostic">Why.</param>
    /// <param name="title">The title of the code fix.</param>
    /// <param name="key">The same for all occurrences that are fixed together.</param>
    /// <param name="fix">Fixes it.</param>
    private protected static void Offer(
        CodeFixContext context,
        Diagnostic diagnostic,
        string title,
        string key,
        Func<Solution, CancellationToken, Task<Solution>> fix) =>
        context.RegisterCodeFix(CodeAction.Create(title, cancellation => fix(context.Document.Project.Solution, cancellation), key), diagnostic);
}
