using System.Text;
using Basic.Reference.Assemblies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;
using TypedEvents.Generators;

namespace TypedEvents.Cli.Tests;

/// <summary>Applications that are compiled with the generator into a folder of their own, each assembly with its PDB.</summary>
internal sealed class TestApplication : IDisposable
{
    private static readonly MetadataReference[] Platform =
        [.. Net100.References.All, MetadataReference.CreateFromFile(typeof(IEventTracker).Assembly.Location)];

    private readonly Dictionary<string, MetadataReference> _compiled = [];

    public string Folder { get; } = Directory.CreateTempSubdirectory("typedevents-cli-").FullName;

    /// <summary>A contract as the generator writes it.</summary>
    public static string Contract(string name, string json) =>
        $"namespace TypedEvents.Generated.Plan {{ internal static class {name} {{ private const string Contract = {SymbolDisplay.FormatLiteral(json, quote: true)}; }} }}";

    /// <summary>Compiles an assembly; later ones can use it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="source">Its only file, <c>/src/{name}.cs</c>.</param>
    /// <param name="optimizes">Whether the compiler optimizes.</param>
    /// <param name="hasPdb">Whether it gets a PDB.</param>
    /// <param name="hasContracts">Whether it gets the generator's contracts; otherwise the source has those that a test needs.</param>
    /// <param name="documentation">Whether the compiler parses documentation comments.</param>
    /// <returns>Its path.</returns>
    public string Compile(string name, string source, bool optimizes = false, bool hasPdb = true, bool hasContracts = false, DocumentationMode documentation = DocumentationMode.None)
    {
        var options = new CSharpParseOptions(LanguageVersion.Latest, documentation);
        SyntaxTree tree = CSharpSyntaxTree.ParseText(SourceText.From(source, Encoding.UTF8), options, $"/src/{name}.cs");
        SyntaxTree usings = CSharpSyntaxTree.ParseText(
            SourceText.From("global using System; global using System.Collections.Generic; global using System.Linq; global using System.Threading.Tasks; global using TypedEvents;", Encoding.UTF8),
            options,
            "/src/Usings.cs");
        var compilation = CSharpCompilation.Create(
            name,
            [tree, usings],
            [.. Platform, .. _compiled.Where(reference => reference.Key != name).Select(reference => reference.Value)],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: optimizes ? OptimizationLevel.Release : OptimizationLevel.Debug, nullableContextOptions: NullableContextOptions.Enable));
        IEnumerable<SyntaxTree> trees = CSharpGeneratorDriver.Create([new EngageEventGenerator().AsSourceGenerator()], parseOptions: options)
            .RunGenerators(compilation, TestContext.Current.CancellationToken)
            .GetRunResult().GeneratedTrees
            .Where(generatedTree => hasContracts || !Path.GetFileName(generatedTree.FilePath).StartsWith("TypedEvents.Generated.Plan.", StringComparison.Ordinal));
        CSharpCompilation generated = compilation.AddSyntaxTrees(trees);
        string path = Path.Combine(Folder, name + ".dll");
        EmitResult result;
        using (FileStream assembly = File.Create(path))
        using (FileStream? symbols = hasPdb ? File.Create(Path.ChangeExtension(path, ".pdb")) : null)
        {
            result = generated.Emit(
                assembly,
                symbols,
                options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb, pdbFilePath: Path.ChangeExtension(path, ".pdb")),
                cancellationToken: TestContext.Current.CancellationToken);
        }

        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        _compiled[name] = MetadataReference.CreateFromFile(path);
        return path;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
