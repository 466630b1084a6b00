using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedEvents.Generators;

namespace TypedEvents.Analyzers.Tests.Infrastructure;

/// <summary>A user's project with the generator and all rules, as the package brings them.</summary>
internal static class UserProject
{
    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.CSharp12, DocumentationMode.Diagnose);

    /// <summary>All rules.</summary>
    public static ImmutableArray<DiagnosticAnalyzer> Analyzers { get; } =
    [
        .. typeof(EngageEventGenerator).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && typeof(DiagnosticAnalyzer).IsAssignableFrom(type))
            .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!),
    ];

    /// <summary>All rules that have a page of their own, in order of their ids.</summary>
    public static ImmutableArray<DiagnosticDescriptor> Rules { get; } =
    [
        .. Analyzers.SelectMany(analyzer => analyzer.SupportedDiagnostics)
            .Where(rule => rule.Id.StartsWith("TE0", StringComparison.Ordinal))
            .OrderBy(rule => rule.Id, StringComparer.Ordinal),
    ];

    /// <summary>Compiles sources, runs the generator over them and then all rules.</summary>
    public static Task<Checked> CheckAsync(params string[] sources) => CheckAsync(sources, []);

    /// <summary>The same, with other assemblies.</summary>
    /// <param name="sources">What people wrote.</param>
    /// <param name="references">The other assemblies.</param>
    /// <param name="madeByOthers">Files that another generator adds.</param>
    /// <param name="assemblyName">The name of the assembly.</param>
    /// <param name="referencesLibrary">Whether the library is referenced as always.</param>
    public static async Task<Checked> CheckAsync(
        string[] sources,
        MetadataReference[] references,
        string[]? madeByOthers = null,
        string assemblyName = "UserProject",
        bool referencesLibrary = true)
    {
        var compilation = CSharpCompilation.Create(
            assemblyName,
            sources.Select((source, index) => CSharpSyntaxTree.ParseText(source, ParseOptions, $"File{index}.cs", System.Text.Encoding.UTF8)),
            [.. referencesLibrary ? Framework.References : Basic.Reference.Assemblies.Net100.References.All, .. references],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        GeneratorDriver driver = CSharpGeneratorDriver
            .Create([new EngageEventGenerator().AsSourceGenerator(), new AnotherGenerator(madeByOthers ?? []).AsSourceGenerator()], parseOptions: ParseOptions)
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out _, TestContext.Current.CancellationToken);
        GeneratorRunResult result = driver.GetRunResult().Results[0];
        Assert.Null(result.Exception);
        ImmutableArray<Diagnostic> diagnostics = await output.WithAnalyzers(Analyzers)
            .GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain(diagnostics, diagnostic => diagnostic.Id == "AD0001");
        return new Checked((CSharpCompilation)output, result.GeneratedSources, diagnostics);
    }
}

/// <summary>A project, what was generated for it, and what the rules say.</summary>
internal sealed record Checked(CSharpCompilation Compilation, ImmutableArray<GeneratedSourceResult> Generated, ImmutableArray<Diagnostic> Diagnostics)
{
    public IEnumerable<string> Ids => Diagnostics.Select(diagnostic => diagnostic.Id).Order(StringComparer.Ordinal);

    public IEnumerable<string> CompilerErrors => Compilation.GetDiagnostics()
        .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
        .Select(diagnostic => diagnostic.ToString());

    /// <summary>The compiled project, as another project references it.</summary>
    public MetadataReference ToReference()
    {
        var stream = new MemoryStream();
        Assert.Empty(CompilerErrors);
        Assert.True(Compilation.Emit(stream).Success);
        stream.Position = 0;
        return MetadataReference.CreateFromStream(stream);
    }
}
