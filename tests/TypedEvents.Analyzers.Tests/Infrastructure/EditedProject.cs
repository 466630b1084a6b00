using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using TypedEvents.CodeFixes;
using TypedEvents.Generators;

namespace TypedEvents.Analyzers.Tests.Infrastructure;

/// <summary>A user's project in an editor: with its settings, and with code fixes.</summary>
internal sealed class EditedProject : IDisposable
{
    private static readonly ImmutableArray<CodeFixProvider> Fixes =
    [
        .. typeof(EventFix).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && typeof(CodeFixProvider).IsAssignableFrom(type))
            .Select(type => (CodeFixProvider)Activator.CreateInstance(type)!),
    ];

    private readonly AdhocWorkspace _workspace = new();
    private readonly Project _project;

    private readonly string[] _madeByOthers;

    public EditedProject(string[] sources, string editorConfig = "", params string[] madeByOthers)
    {
        _madeByOthers = madeByOthers;
        Project project = _workspace.AddProject("UserProject", LanguageNames.CSharp)
            .WithParseOptions(new CSharpParseOptions(LanguageVersion.CSharp12))
            .WithCompilationOptions(new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                allowUnsafe: true,
                nullableContextOptions: NullableContextOptions.Enable))
            .WithMetadataReferences(Framework.References)
            .AddAnalyzerConfigDocument(".editorconfig", SourceText.From(editorConfig), filePath: "/.editorconfig").Project;
        for (int i = 0; i < sources.Length; i++)
        {
            project = project.AddDocument($"File{i}.cs", sources[i], filePath: $"/File{i}.cs").Project;
        }

        _project = project;
    }

    /// <summary>The rules that have a code fix.</summary>
    public static IEnumerable<string> FixableRules => Fixes.SelectMany(fix => fix.FixableDiagnosticIds).Distinct();

    /// <summary>The diagnostics of the rules.</summary>
    public async Task<ImmutableArray<Diagnostic>> AnalyzeAsync()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Compilation compilation = (await _project.GetCompilationAsync(cancellation))!;
        CSharpGeneratorDriver.Create([new EngageEventGenerator().AsSourceGenerator(), new AnotherGenerator(_madeByOthers).AsSourceGenerator()], parseOptions: (CSharpParseOptions)_project.ParseOptions!)
            .RunGeneratorsAndUpdateCompilation(compilation, out compilation, out _, cancellation);
        ImmutableArray<Diagnostic> diagnostics = await compilation.WithAnalyzers(UserProject.Analyzers, _project.AnalyzerOptions)
            .GetAnalyzerDiagnosticsAsync(cancellation);
        Assert.DoesNotContain(diagnostics, diagnostic => diagnostic.Id == "AD0001");
        return diagnostics;
    }

    /// <summary>Does what each code fix for a diagnostic offers, from where the project is now.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> FixAsync(Diagnostic diagnostic)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        var actions = new List<CodeAction>();
        if (_project.Solution.GetDocument(diagnostic.Location.SourceTree) is { } document)
        {
            foreach (CodeFixProvider fix in Fixes.Where(fix => fix.FixableDiagnosticIds.Contains(diagnostic.Id)))
            {
                await fix.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), cancellation));
            }
        }

        foreach (CodeAction action in actions)
        {
            Assert.NotEmpty(await action.GetOperationsAsync(cancellation));
        }

        return actions.Count;
    }

    public void Dispose() => _workspace.Dispose();
}
