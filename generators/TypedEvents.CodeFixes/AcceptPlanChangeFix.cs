using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Text;
using TypedEvents.Cli;
using TypedEvents.Generators.Analyzers;

namespace TypedEvents.CodeFixes;

/// <summary>
/// Accepts the changes of an event into the lock file, with an empty reason for what breaks readers: <c>typedevents plan check</c> reports it until
/// somebody fills it in.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AcceptPlanChangeFix), DocumentKinds = new[] { "Document", "AdditionalDocument" })]
public sealed class AcceptPlanChangeFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = PlanRules.Changes.Select(rule => rule.Id).ToImmutableArray();

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => new AcceptAll();

    /// <inheritdoc/>
    public override Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Project project = context.TextDocument.Project;
        foreach (IGrouping<string, Diagnostic> diagnostics in context.Diagnostics.Where(diagnostic => EventOf(diagnostic) is not null).GroupBy(diagnostic => EventOf(diagnostic)!))
        {
            context.RegisterCodeFix(
                CodeAction.Create(
                    $"Accept the changes of '{diagnostics.Key}' into {LockFile.Name}",
                    cancellation => AcceptAsync(project, [diagnostics.Key], cancellation),
                    nameof(AcceptPlanChangeFix)),
                diagnostics);
        }

        return Task.CompletedTask;
    }

    private static string? EventOf(Diagnostic diagnostic) => diagnostic.Properties.TryGetValue(PlanChangeAnalyzer.EventKey, out string? eventName) ? eventName : null;

    private static async Task<Solution> AcceptAsync(Project project, IReadOnlyCollection<string> eventNames, CancellationToken cancellation)
    {
        Solution solution = project.Solution;
        if (project.AdditionalDocuments.FirstOrDefault(document => LockedPlan.IsLockFile(document.FilePath ?? document.Name)) is not { } file
            || project.AnalyzerOptions.AdditionalFiles.FirstOrDefault(additional => LockedPlan.IsLockFile(additional.Path)) is not { } options
            || await project.GetCompilationAsync(cancellation).ConfigureAwait(false) is not { } compilation
            || CompiledEvents.TryFind(compilation) is not { } events)
        {
            return solution;
        }

        SourceText text = await file.GetTextAsync(cancellation).ConfigureAwait(false);
        if (new LockedPlan(text).Plan is not { } locked)
        {
            return solution;
        }

        var compiled = new CompiledPlan(compilation, events, locked, new ConfiguredLevels(project.AnalyzerOptions.AnalyzerConfigOptionsProvider.GetOptions(options)));
        TrackingPlan accepted = LockFile.AcceptWithoutReason(locked, compiled.Whole, eventNames, compiled.Facts);
        SourceText changed = SourceText.From(LockFile.TextOf(accepted, text.ToString()), text.Encoding ?? Encoding.UTF8, text.ChecksumAlgorithm);

        // Several projects may have the file, each as a document of its own.
        IEnumerable<DocumentId> all = file.FilePath is { } path ? solution.GetDocumentIdsWithFilePath(path) : ImmutableArray<DocumentId>.Empty;
        foreach (DocumentId id in all.Append(file.Id).Distinct())
        {
            if (solution.GetAdditionalDocument(id) is not null)
            {
                solution = solution.WithAdditionalDocumentText(id, changed);
            }
        }

        return solution;
    }

    /// <summary>Accepts the changes of all events in a document, a project or a solution.</summary>
    private sealed class AcceptAll : FixAllProvider
    {
        public override async Task<CodeAction?> GetFixAsync(FixAllContext fixAllContext)
        {
            var chosen = new List<(ProjectId Project, string[] EventNames)>();
            IEnumerable<Project> projects = fixAllContext.Scope == FixAllScope.Solution ? fixAllContext.Solution.Projects : [fixAllContext.Project];
            foreach (Project project in projects)
            {
                ImmutableArray<Diagnostic> diagnostics = fixAllContext is { Scope: FixAllScope.Document, Document: { } document }
                    ? await fixAllContext.GetDocumentDiagnosticsAsync(document).ConfigureAwait(false)
                    : await fixAllContext.GetAllDiagnosticsAsync(project).ConfigureAwait(false);
                string[] eventNames = diagnostics.Select(EventOf).OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
                if (eventNames.Length > 0)
                {
                    chosen.Add((project.Id, eventNames));
                }
            }

            return chosen.Count == 0
                ? null
                : CodeAction.Create(
                    $"Accept the changes of all events into {LockFile.Name}",
                    cancellation => AcceptAllAsync(fixAllContext.Solution, chosen, cancellation),
                    nameof(AcceptPlanChangeFix));
        }

        /// <summary>Accepts project by project: each reads the lock file that the one before has left.</summary>
        private static async Task<Solution> AcceptAllAsync(Solution solution, IReadOnlyList<(ProjectId Project, string[] EventNames)> chosen, CancellationToken cancellation)
        {
            foreach ((ProjectId project, string[] eventNames) in chosen)
            {
                solution = await AcceptAsync(solution.GetProject(project)!, eventNames, cancellation).ConfigureAwait(false);
            }

            return solution;
        }
    }
}
