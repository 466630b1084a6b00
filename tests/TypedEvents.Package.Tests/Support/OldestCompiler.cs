using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace TypedEvents.Package.Tests.Support;

/// <summary>
/// The oldest supported compiler, in this process, with the package's generator, analyzers and code fixes from the folder to which the
/// consumers were restored, like the library and the framework that they compile against.
/// </summary>
internal sealed class OldestCompiler
{
    private static readonly Lazy<Task<OldestCompiler>> Loaded = new(LoadAsync);

    private readonly ImmutableArray<ISourceGenerator> _generators;
    private readonly ImmutableArray<MetadataReference> _references;

    private OldestCompiler(string package, string framework)
    {
        string extensions = Path.Combine(package, "analyzers", "dotnet", "roslyn4.8", "cs");
        var loader = new Loader();
        AnalyzerFileReference[] references = [.. Directory.EnumerateFiles(extensions, "*.dll").Order(StringComparer.Ordinal).Select(file => new AnalyzerFileReference(file, loader))];
        _generators = [.. references.SelectMany(reference => reference.GetGenerators(LanguageNames.CSharp))];
        Rules = [.. references.SelectMany(reference => reference.GetAnalyzers(LanguageNames.CSharp))];
        CodeFixes =
        [
            .. loader.LoadFromPath(Path.Combine(extensions, "TypedEvents.CodeFixes.dll")).GetTypes()
                .Where(type => type.IsDefined(typeof(ExportCodeFixProviderAttribute), inherit: false))
                .Select(type => (CodeFixProvider)Activator.CreateInstance(type)!),
        ];
        _references =
        [
            MetadataReference.CreateFromFile(Path.Combine(package, "lib", "net8.0", "TypedEvents.dll")),
            .. Directory.EnumerateFiles(framework, "*.dll").Select(file => MetadataReference.CreateFromFile(file)),
        ];
    }

    public ImmutableArray<DiagnosticAnalyzer> Rules { get; }

    public ImmutableArray<CodeFixProvider> CodeFixes { get; }

    public static Task<OldestCompiler> GetAsync() => Loaded.Value;

    public CSharpCompilation Compile(params IEnumerable<string> files) => CSharpCompilation.Create(
        "UserProject",
        files.Select((file, index) => CSharpSyntaxTree.ParseText(file, new CSharpParseOptions(LanguageVersion.CSharp12, DocumentationMode.Diagnose), $"File{index}.cs")),
        _references,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    /// <summary>The project with the generated files.</summary>
    public (CSharpCompilation Compilation, ImmutableArray<GeneratedSourceResult> Files) Generate(params IEnumerable<string> files)
    {
        GeneratorDriver driver = CSharpGeneratorDriver.Create(_generators, parseOptions: new CSharpParseOptions(LanguageVersion.CSharp12, DocumentationMode.Diagnose))
            .RunGeneratorsAndUpdateCompilation(Compile(files), out Compilation output, out _);
        GeneratorRunResult result = Assert.Single(driver.GetRunResult().Results);
        Assert.Null(result.Exception);
        return ((CSharpCompilation)output, result.GeneratedSources);
    }

    /// <summary>The rules' diagnostics for a project.</summary>
    public Task<ImmutableArray<Diagnostic>> CheckAsync(CSharpCompilation compilation, CancellationToken cancellationToken) =>
        CheckAsync(compilation, new AnalyzerOptions([]), cancellationToken);

    /// <summary>The same for a project with additional files.</summary>
    public async Task<ImmutableArray<Diagnostic>> CheckAsync(CSharpCompilation compilation, AnalyzerOptions analyzerOptions, CancellationToken cancellationToken)
    {
        List<Exception> crashes = [];
        var options = new CompilationWithAnalyzersOptions(
            analyzerOptions, (exception, _, _) => crashes.Add(exception), concurrentAnalysis: true, logAnalyzerExecutionTime: false);
        ImmutableArray<Diagnostic> found = await compilation.WithAnalyzers(Rules, options).GetAnalyzerDiagnosticsAsync(cancellationToken);
        Assert.Empty(crashes);
        return found;
    }

    private static async Task<OldestCompiler> LoadAsync()
    {
        Consumers consumers = await Consumers.BuiltAsync();
        string framework = Directory.EnumerateDirectories(Path.Combine(consumers.RestoredPackages, "microsoft.netcore.app.ref"), "8.*").Single();
        return new OldestCompiler(
            Path.Combine(consumers.RestoredPackages, "typedevents", consumers.Packages.Version),
            Path.Combine(framework, "ref", "net8.0"));
    }

    /// <summary>Loads the extensions with the compiler of this process. Other dependencies aren't resolved.</summary>
    private sealed class Loader : IAnalyzerAssemblyLoader
    {
        public void AddDependencyLocation(string fullPath)
        {
        }

        public Assembly LoadFromPath(string fullPath) => AssemblyLoadContext.Default.LoadFromAssemblyPath(fullPath);
    }
}
