using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TypedEvents.Generators.Tests.Infrastructure;

/// <summary>A user's project: its files and settings, and the generator's output.</summary>
internal sealed record Project
{
    public Project(params string[] files) => Files = [.. files];

    public ImmutableArray<string> Files { get; init; }

    public TargetFramework Framework { get; init; } = TargetFramework.Net100;

    public LanguageVersion LanguageVersion { get; init; } = LanguageVersion.CSharp12;

    public NullableContextOptions Nullable { get; init; } = NullableContextOptions.Enable;

    public bool AllowUnsafe { get; init; }

    public string AssemblyName { get; init; } = "UserProject";

    public ImmutableArray<MetadataReference> ExtraReferences { get; init; } = [];

    public CSharpParseOptions ParseOptions => new(LanguageVersion, DocumentationMode.Diagnose);

    public CSharpCompilation Compile() => CSharpCompilation.Create(
        AssemblyName,
        Files.Select((file, index) => CSharpSyntaxTree.ParseText(file, ParseOptions, $"File{index}.cs", System.Text.Encoding.UTF8)),
        [.. Framework.References, .. ExtraReferences],
        new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            generalDiagnosticOption: ReportDiagnostic.Error,
            warningLevel: 9999,
            allowUnsafe: AllowUnsafe,
            nullableContextOptions: Nullable));

    public GeneratorDriver CreateDriver() => CSharpGeneratorDriver.Create(
        [new EngageEventGenerator().AsSourceGenerator()],
        parseOptions: ParseOptions,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>Runs the generator.</summary>
    public Generated Generate()
    {
        GeneratorDriver driver = CreateDriver().RunGeneratorsAndUpdateCompilation(Compile(), out Compilation output, out _);
        GeneratorDriverRunResult result = driver.GetRunResult();
        Assert.Null(result.Results[0].Exception);
        Assert.Empty(result.Diagnostics);
        return new Generated((CSharpCompilation)output, result.Results[0].GeneratedSources);
    }
}

/// <summary>A project with its generated files.</summary>
internal sealed record Generated(CSharpCompilation Compilation, ImmutableArray<GeneratedSourceResult> All)
{
    /// <summary>The files with the serializers of events, and those of the enums that they send.</summary>
    public ImmutableArray<GeneratedSourceResult> Files { get; } = [.. All.Where(file => !IsContract(file) && !IsOfCalls(file))];

    /// <summary>The files with the typed calls of events.</summary>
    public ImmutableArray<GeneratedSourceResult> Calls { get; } = [.. All.Where(IsOfCalls)];

    /// <summary>The files with the contracts of events.</summary>
    public ImmutableArray<GeneratedSourceResult> Contracts { get; } = [.. All.Where(IsContract)];

    /// <summary>The source of the only serializer, and of its event's typed calls.</summary>
    public string Text => string.Concat(new[] { Assert.Single(Files) }.Concat(Calls).Select(file => file.SourceText.ToString()));

    /// <summary>The files of events' serializers, without those of the enums that they send.</summary>
    public IReadOnlyList<GeneratedSourceResult> EventFiles =>
        [.. Files.Where(file => !file.HintName.StartsWith("TypedEvents.Generated.", StringComparison.Ordinal))];

    /// <summary>The source of all generated files but the contracts.</summary>
    public string AllText => string.Concat(All.Where(file => !IsContract(file)).Select(file => file.SourceText.ToString()));

    public static bool IsContract(GeneratedSourceResult file) => file.HintName.StartsWith("TypedEvents.Generated.Plan.", StringComparison.Ordinal);

    private static bool IsOfCalls(GeneratedSourceResult file) => file.HintName.EndsWith(".Track.g.cs", StringComparison.Ordinal);

    /// <summary>The compiler's diagnostics, with all warnings on and as errors.</summary>
    public IEnumerable<Diagnostic> Diagnostics =>
        Compilation.GetDiagnostics().Where(diagnostic => diagnostic is { IsSuppressed: false, Severity: not DiagnosticSeverity.Hidden });

    /// <summary>Fails if the compiler reports anything.</summary>
    public Generated AssertSilent()
    {
        Assert.True(!Diagnostics.Any(), Describe(Diagnostics));
        return this;
    }

    /// <summary>Fails if the compiler reports anything about a generated file. Diagnostics of the user's own files are ignored.</summary>
    public Generated AssertGeneratedCodeSilent()
    {
        HashSet<SyntaxTree> generated = [.. Compilation.SyntaxTrees.Where(tree => tree.FilePath.EndsWith(".g.cs", StringComparison.Ordinal))];
        IEnumerable<Diagnostic> about = Diagnostics.Where(diagnostic => diagnostic.Location.SourceTree is { } tree && generated.Contains(tree));
        Assert.True(!about.Any(), Describe(about));
        return this;
    }

    /// <summary>Loads the compiled project.</summary>
    public Assembly Load()
    {
        AssertSilent();
        return new AssemblyLoadContext(null, isCollectible: true).LoadFromStream(Emit());
    }

    /// <summary>The compiled project, as another project references it.</summary>
    public MetadataReference ToReference()
    {
        AssertSilent();
        return MetadataReference.CreateFromStream(Emit());
    }

    private static string Describe(IEnumerable<Diagnostic> diagnostics) => string.Join('\n', diagnostics.Select(diagnostic =>
        $"{diagnostic}\n    {diagnostic.Location.SourceTree?.GetText().Lines[diagnostic.Location.GetLineSpan().StartLinePosition.Line]}"));

    private MemoryStream Emit()
    {
        var stream = new MemoryStream();
        Assert.True(Compilation.Emit(stream).Success);
        stream.Position = 0;
        return stream;
    }
}
