using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedEvents.Package.Tests.Support;

namespace TypedEvents.Package.Tests;

/// <summary>
/// The members of the library that generated code calls. Event libraries are compiled against them and run with whatever version
/// of TypedEvents their application brings, so <c>CalledMembers.txt</c> is a contract with assemblies that are out there already.
/// </summary>
public sealed class CalledMembersTests
{
    private const string Library = "TypedEvents";

    /// <summary>The values that no baseline has.</summary>
    private const string OtherValues = """
        using System.Collections.Generic;
        using TypedEvents;
        namespace Shop;
        public enum Large : ulong { None, Some = ulong.MaxValue }
        [System.Flags] public enum Options { None, A = 1, B = 2 }
        [System.Flags] public enum LargeOptions : ulong { None, A = 1, B = ulong.MaxValue }
        [EngageEvent("other_values")]
        public partial record OtherValues(
            byte A, sbyte B, short C, ushort D, uint E, nint F, nuint G, System.Half H, System.UInt128 I, System.TimeOnly J,
            Large K, List<Large> L, Options M, LargeOptions N, List<System.Uri> O, List<System.Guid?> P, List<Large?> Q,
            [EventProperty(Date = DateFormat.Iso8601)] System.DateTime R, [EventProperty(Boolean = BooleanFormat.Text)] bool S);
        """;

    private static readonly string ListFile = Repository.PathOf("tests", "TypedEvents.Package.Tests", "CalledMembers.txt");

    /// <summary>All that the runtime binds by: also what a member returns, how its parameters are passed, and a constant's value.</summary>
    private static readonly SymbolDisplayFormat Signature = new(
        SymbolDisplayGlobalNamespaceStyle.Omitted,
        SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints,
        SymbolDisplayMemberOptions.IncludeContainingType | SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeRef | SymbolDisplayMemberOptions.IncludeConstantValue,
        parameterOptions: SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeParamsRefOut);

    [Fact]
    public async Task Generated_code_calls_these_members_and_no_others()
    {
        SortedSet<string> actual = await CalledByGeneratedCodeAsync();
        if (Repository.IsUpdating)
        {
            await File.WriteAllLinesAsync(ListFile, actual, TestContext.Current.CancellationToken);
        }

        string[] expected = ReadList();
        Assert.True(actual.SetEquals(expected), $"""
            What generated code calls has changed:
            {string.Join('\n', actual.Except(expected).Select(member => "+ " + member))}
            {string.Join('\n', expected.Except(actual).Select(member => "- " + member))}
            A member with + is new: event libraries compiled from now on need this version of TypedEvents or a later one, and their
            package says so by itself; from its release on the member can never change.
            A member with - isn't called by new code any more: event libraries compiled earlier still call it, so once it was released
            it must stay in the library, and its line in this list.
            If that is meant to be, run the tests once with UPDATE_BASELINES=1 and read the diff.
            """);
    }

    [Theory]
    [InlineData("net8.0")]
    [InlineData("net10.0")]
    public async Task The_library_has_every_member_that_compiled_event_libraries_call(string framework)
    {
        Consumers consumers = await Consumers.BuiltAsync();
        HashSet<string> members = MembersOf(Path.Combine(
            consumers.RestoredPackages, "typedevents", consumers.Packages.Version, "lib", framework, "TypedEvents.dll"));

        Assert.All(ReadList(), member => Assert.True(members.Contains(member), $"""
            {member}
            isn't in TypedEvents for {framework} any more, or has another signature. An event library that was compiled earlier calls it,
            and throws MissingMethodException when it tracks. Put it back as it was, and add an overload (or an interface member
            with a default body) beside it.
            """));
    }

    private static string[] ReadList() => File.Exists(ListFile) ? Repository.Read(ListFile).Split('\n', StringSplitOptions.RemoveEmptyEntries) : [];

    /// <summary>What the generated files of all shapes bind to, in the library.</summary>
    private static async Task<SortedSet<string>> CalledByGeneratedCodeAsync()
    {
        OldestCompiler compiler = await OldestCompiler.GetAsync();
        var called = new SortedSet<string>(StringComparer.Ordinal);
        string[] baselines = Directory.GetFiles(Repository.PathOf("tests", "TypedEvents.Generators.Tests", "Baselines"), "Input.cs", SearchOption.AllDirectories);
        foreach (string source in baselines.Select(file => Repository.Read(file)).Append(OtherValues))
        {
            CSharpCompilation compilation = compiler.Generate(source).Compilation;
            foreach (SyntaxTree tree in compilation.SyntaxTrees.Where(tree => tree.FilePath.EndsWith(".g.cs", StringComparison.Ordinal)))
            {
                SemanticModel model = compilation.GetSemanticModel(tree);
                foreach (SyntaxNode node in (await tree.GetRootAsync()).DescendantNodes())
                {
                    called.UnionWith(Bound(model, node).Where(symbol => symbol is not INamespaceSymbol && symbol.ContainingAssembly?.Name == Library).Select(Describe));
                }
            }
        }

        return called;
    }

    /// <summary>What a node calls or implements.</summary>
    private static IEnumerable<ISymbol> Bound(SemanticModel model, SyntaxNode node) => node switch
    {
        ExpressionSyntax expression => model.GetSymbolInfo(expression).Symbol is { } symbol ? [symbol.OriginalDefinition] : [],
        MethodDeclarationSyntax method => model.GetDeclaredSymbol(method)!.ExplicitInterfaceImplementations.Select(symbol => symbol.OriginalDefinition),
        PropertyDeclarationSyntax property => model.GetDeclaredSymbol(property)!.ExplicitInterfaceImplementations.Select(symbol => symbol.OriginalDefinition),
        _ => [],
    };

    private static HashSet<string> MembersOf(string assembly)
    {
        // Only the library itself is looked at, so its references may stay unresolved: their names are what counts.
        var compilation = CSharpCompilation.Create("Reader", references:
        [
            MetadataReference.CreateFromFile(assembly),
            .. Directory.EnumerateFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "System.*.dll").Where(IsManaged).Select(file => MetadataReference.CreateFromFile(file)),
        ]);
        var library = (IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(compilation.References.First())!;
        return [.. Types(library.GlobalNamespace).Where(type => type.DeclaredAccessibility == Accessibility.Public).SelectMany(type => type.GetMembers().Prepend(type)).Select(Describe)];
    }

    private static bool IsManaged(string file)
    {
        using var reader = new System.Reflection.PortableExecutable.PEReader(File.OpenRead(file));
        return reader.HasMetadata;
    }

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceSymbol space) =>
        space.GetTypeMembers().Concat(space.GetNamespaceMembers().SelectMany(Types));

    private static string Describe(ISymbol symbol) => symbol is INamedTypeSymbol type
        ? $"{(type.IsValueType ? "struct" : type.TypeKind == TypeKind.Interface ? "interface" : "class")} {type.ToDisplayString(Signature)}"
        : (symbol.IsStatic ? "static " : "") + symbol.ToDisplayString(Signature);
}
