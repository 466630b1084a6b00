using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using TypedEvents.CodeFixes;
using TypedEvents.Generators;
using TypedEvents.Generators.Analyzers;

namespace TypedEvents.Analyzers.Tests.Infrastructure;

/// <summary>A user's project in an editor, with the lock file of its tracking plan, which another project may share.</summary>
internal sealed class LockedProject : IDisposable
{
    public const string EmptyLock = "{ \"plan\": 1, \"events\": {} }";
    private const string LockPath = "/repository/typedevents.lock.json";

    private readonly AdhocWorkspace _workspace = new();
    private readonly DocumentId _source;
    private readonly DocumentId _lock;
    private readonly string _lockAtFirst;
    private Solution _solution;

    /// <param name="source">The source of the project Shop.</param>
    /// <param name="lockText">The lock file.</param>
    /// <param name="editorConfig">The <c>.editorconfig</c> file beside it.</param>
    public LockedProject(string source, string lockText = EmptyLock, string editorConfig = "")
    {
        _lockAtFirst = lockText;
        _solution = _workspace.CurrentSolution;
        (_source, _lock) = Add("Shop", source, SourceText.From(lockText, Encoding.UTF8), editorConfig);
    }

    /// <summary>The lock file as it is now.</summary>
    public string Lock => _solution.GetAdditionalDocument(_lock)!.TryGetText(out SourceText? text) ? text.ToString() : _lockAtFirst;

    /// <summary>Adds a project that the first one references, with the same lock file.</summary>
    public void AddReferenced(string name, string source)
    {
        (DocumentId other, _) = Add(name, source, SourceText.From(Lock, Encoding.UTF8), "");
        _solution = _solution.AddProjectReference(_source.ProjectId, new ProjectReference(other.ProjectId));
    }

    /// <summary>Replaces the source.</summary>
    public void Edit(string source) => _solution = _solution.WithDocumentText(_source, SourceText.From(Verify.Usings + source, Encoding.UTF8));

    /// <summary>Replaces the lock file.</summary>
    public void EditLock(string text)
    {
        foreach (DocumentId id in _solution.GetDocumentIdsWithFilePath(LockPath))
        {
            _solution = _solution.WithAdditionalDocumentText(id, SourceText.From(text, Encoding.UTF8));
        }
    }

    /// <summary>What is reported, hidden diagnostics included, in order of their ids.</summary>
    /// <param name="project">The project.</param>
    public async Task<IReadOnlyList<Diagnostic>> AnalyzeAsync(string project = "Shop")
    {
        ImmutableArray<Diagnostic> diagnostics = await (await CreateAnalysisAsync(project)).GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain(diagnostics, diagnostic => diagnostic.Id == "AD0001");
        return [.. diagnostics.OrderBy(diagnostic => diagnostic.Id, StringComparer.Ordinal).ThenBy(diagnostic => diagnostic.Location.SourceSpan.Start)];
    }

    /// <summary>What an editor shows for the open source file.</summary>
    public async Task<ImmutableArray<Diagnostic>> AnalyzeSourceAsync()
    {
        CompilationWithAnalyzers analysis = await CreateAnalysisAsync("Shop");
        SyntaxTree tree = analysis.Compilation.SyntaxTrees.Single(tree => tree.FilePath == _solution.GetDocument(_source)!.FilePath);
        return await analysis.GetAnalyzerSemanticDiagnosticsAsync(analysis.Compilation.GetSemanticModel(tree), null, TestContext.Current.CancellationToken);
    }

    /// <summary>What is underlined: in the source, or after <c>lock:</c> in the lock file.</summary>
    public string Underlined(Diagnostic diagnostic) => Underlined(diagnostic.Location);

    public string Underlined(Location location) => location.SourceTree is { } tree
        ? tree.GetText(TestContext.Current.CancellationToken).ToString(location.SourceSpan)
        : $"lock:{Lock.AsSpan(location.SourceSpan.Start, location.SourceSpan.Length)}";

    /// <summary>What changed, in a diagnostic's words: its message without the advice.</summary>
    public static string Words(Diagnostic diagnostic)
    {
        string message = diagnostic.GetMessage(CultureInfo.InvariantCulture);
        return message.IndexOf("; if that is meant", StringComparison.Ordinal) is > 0 and int end ? message[..end] : message;
    }

    /// <summary>Does what the code fix for a diagnostic offers.</summary>
    public async Task AcceptAsync(Diagnostic diagnostic) => await ApplyAsync(await FindFixAsync(diagnostic));

    /// <summary>Fixes all occurrences of a diagnostic's rule, as an editor does.</summary>
    public async Task FixAllAsync(Diagnostic diagnostic, FixAllScope scope)
    {
        var provider = new AcceptPlanChangeFix();
        CodeAction action = await FindFixAsync(diagnostic);
        var diagnostics = new FixAllDiagnostics(this);
        FixAllContext context = diagnostic.Location.SourceTree is null
            ? new FixAllContext(_solution.GetProject(_source.ProjectId)!, provider, scope, action.EquivalenceKey!, [diagnostic.Id], diagnostics, TestContext.Current.CancellationToken)
            : new FixAllContext(_solution.GetDocument(_source)!, provider, scope, action.EquivalenceKey!, [diagnostic.Id], diagnostics, TestContext.Current.CancellationToken);
        await ApplyAsync((await provider.GetFixAllProvider()!.GetFixAsync(context))!);
    }

    /// <summary>Accepts everything, event by event, until nothing is reported that a code fix accepts.</summary>
    public async Task AcceptEachAsync()
    {
        while ((await AnalyzeAsync()).FirstOrDefault(diagnostic => PlanRules.Find(diagnostic.Id) is not null) is { } open)
        {
            await AcceptAsync(open);
        }
    }

    public void Dispose() => _workspace.Dispose();

    private (DocumentId Source, DocumentId Lock) Add(string name, string source, SourceText lockText, string editorConfig)
    {
        Project project = _solution.AddProject(name, name, LanguageNames.CSharp)
            .WithParseOptions(new CSharpParseOptions(LanguageVersion.CSharp12))
            .WithCompilationOptions(new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable))
            .WithMetadataReferences(Framework.References)
            .AddAnalyzerConfigDocument(".editorconfig", SourceText.From(editorConfig), filePath: "/repository/.editorconfig").Project;
        TextDocument code = project.AddDocument($"{name}.cs", SourceText.From(Verify.Usings + source, Encoding.UTF8), filePath: $"/repository/{name}.cs");
        TextDocument file = code.Project.AddAdditionalDocument("typedevents.lock.json", lockText, filePath: LockPath);
        _solution = file.Project.Solution;
        return (code.Id, file.Id);
    }

    private async Task<CompilationWithAnalyzers> CreateAnalysisAsync(string name)
    {
        Project project = _solution.Projects.Single(project => project.Name == name);
        Compilation compilation = (await project.GetCompilationAsync(TestContext.Current.CancellationToken))!;
        CSharpGeneratorDriver.Create([new EngageEventGenerator().AsSourceGenerator()], parseOptions: (CSharpParseOptions)project.ParseOptions!)
            .RunGeneratorsAndUpdateCompilation(compilation, out compilation, out _, TestContext.Current.CancellationToken);
        return compilation.WithAnalyzers(
            [new PlanChangeAnalyzer()],
            new CompilationWithAnalyzersOptions(project.AnalyzerOptions, null, concurrentAnalysis: true, logAnalyzerExecutionTime: false));
    }

    private async Task<CodeAction> FindFixAsync(Diagnostic diagnostic)
    {
        TextDocument document = diagnostic.Location.SourceTree is null ? _solution.GetAdditionalDocument(_lock)! : _solution.GetDocument(_source)!;
        List<CodeAction> actions = [];
        await new AcceptPlanChangeFix().RegisterCodeFixesAsync(
            new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), TestContext.Current.CancellationToken));
        return Assert.Single(actions);
    }

    private async Task ApplyAsync(CodeAction action) =>
        _solution = (await action.GetOperationsAsync(TestContext.Current.CancellationToken)).OfType<ApplyChangesOperation>().Single().ChangedSolution;

    private sealed class FixAllDiagnostics(LockedProject project) : FixAllContext.DiagnosticProvider
    {
        public override async Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project target, CancellationToken cancellationToken) =>
            await project.AnalyzeAsync(target.Name);

        public override async Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) =>
            (await project.AnalyzeAsync(document.Project.Name)).Where(diagnostic => diagnostic.Location.SourceTree?.FilePath == document.FilePath);

        public override async Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project target, CancellationToken cancellationToken) =>
            (await project.AnalyzeAsync(target.Name)).Where(diagnostic => diagnostic.Location.SourceTree is null);
    }
}
