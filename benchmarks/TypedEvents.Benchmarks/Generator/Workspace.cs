using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using TypedEvents.Generators.Tests.Infrastructure;

namespace TypedEvents.Benchmarks;

/// <summary>A project with many records, each in its own file, in the state of an IDE's compiler: parsed, but not bound.</summary>
internal sealed class Workspace
{
    public static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.CSharp12);

    private static readonly MetadataReference[] References =
    [
        .. Basic.Reference.Assemblies.Net100.References.All,
        MetadataReference.CreateFromFile(Path.Combine(AppContext.BaseDirectory, "TypedEvents.dll")),
    ];

    private readonly List<string> _files = [];

    /// <summary>Creates the files.</summary>
    /// <param name="declare">Creates the file of a record.</param>
    /// <param name="isJson">Whether a context serializes the records, instead of an attribute on each.</param>
    public Workspace(Func<int, string, string> declare, bool isJson)
    {
        for (int number = 0; number < ManyEvents.Count; number++)
        {
            Add(declare(number, isJson ? "" : ManyEvents.EngageEvent(number)));
        }

        Add(ManyEvents.Types);
        if (isJson)
        {
            Add(Context());
        }

        Add(ManyEvents.Unrelated);
    }

    /// <summary>A compilation without any bound symbols, with new syntax trees: the generator remembers models by their nodes.</summary>
    public CSharpCompilation Compile() => CSharpCompilation.Create(
        "Shop",
        _files.Select((text, number) => CSharpSyntaxTree.ParseText(text, ParseOptions, $"File{number}.cs", Encoding.UTF8)),
        References,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    /// <summary>The compilation after a keystroke in a file that isn't related to any record.</summary>
    public static CSharpCompilation EditUnrelated(CSharpCompilation compilation, int round) => Edit(compilation, compilation.SyntaxTrees[^1], "=> 4", $"=> {round}4");

    /// <summary>The compilation after a keystroke in a declaration of a file that no record has to do with.</summary>
    public static CSharpCompilation EditDeclaration(CSharpCompilation compilation, int round) => Edit(compilation, compilation.SyntaxTrees[^1], "Answer", $"Answer{round}");

    /// <summary>The compilation after a property of one record was renamed.</summary>
    public static CSharpCompilation EditRecord(CSharpCompilation compilation, int round) => Edit(compilation, compilation.SyntaxTrees[7], "OrderId", $"OrderId{round}");

    private void Add(string text) => _files.Add(text);

    private static string Context()
    {
        var text = new StringBuilder("using System.Text.Json.Serialization;\n\nnamespace Shop;\n\n");
        for (int number = 0; number < ManyEvents.Count; number++)
        {
            text.Append("[JsonSerializable(typeof(").Append(ManyEvents.NameOf(number)).Append("))]\n");
        }

        return text.Append("public sealed partial class EventsContext : JsonSerializerContext;\n").ToString();
    }

    private static CSharpCompilation Edit(CSharpCompilation compilation, SyntaxTree tree, string before, string after)
    {
        string text = tree.ToString().Replace(before, after, StringComparison.Ordinal);
        return compilation.ReplaceSyntaxTree(tree, tree.WithChangedText(SourceText.From(text, Encoding.UTF8)));
    }
}
