using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedEvents.Package.Tests.Support;

namespace TypedEvents.Package.Tests;

/// <summary>
/// The members of the library that generated code calls, or ever called. Event libraries are compiled against them and run with the
/// version of TypedEvents that their application references, so <c>CalledMembers.txt</c> is a contract with existing assemblies: lines are
/// added, and never removed.
/// </summary>
public sealed class CalledMembersTests
{
    private const string Library = "TypedEvents";

    /// <summary>Values that aren't in any baseline.</summary>
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
            [EventProperty(Date = DateFormat.Iso8601)] System.DateTime R, [EventProperty(Boolean = BooleanFormat.String)] bool S);
        """;

    private static readonly string ListFile = Repository.PathOf("tests", "TypedEvents.Package.Tests", "CalledMembers.txt");

    /// <summary>Everything that the runtime binds by, including return types, how parameters are passed, and the values of constants.</summary>
    private static readonly SymbolDisplayFormat Signature = new(
        SymbolDisplayGlobalNamespaceStyle.Omitted,
        SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints,
        SymbolDisplayMemberOptions.IncludeContainingType | SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeRef | SymbolDisplayMemberOptions.IncludeConstantValue,
        parameterOptions: SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeParamsRefOut);

    [Fact]
    public async Task Generated_code_calls_only_members_of_the_list()
    {
        SortedSet<string> called = await CalledByGeneratedCodeAsync();
        if (Repository.IsUpdating)
        {
            await File.WriteAllLinesAsync(ListFile, ReadList().Union(called).Order(StringComparer.Ordinal), TestContext.Current.CancellationToken);
        }

        string[] unlisted = [.. called.Except(ReadList())];
        Assert.True(unlisted.Length == 0, $"""
            Generated code calls members that aren't in CalledMembers.txt:
            {string.Join('\n', unlisted)}
            Event libraries compiled from now on need this version of TypedEvents or a later one; their package states that dependency automatically.
            After its release such a member can never change or be removed, even if no generated code calls it any more, because libraries
            compiled earlier still do. So a line is only added to the list, and only removed by hand before the release.
            If the new call is intended, run the tests once with UPDATE_BASELINES=1, which adds it, and review the diff.
            """);
    }

    [Theory]
    [InlineData("net8.0")]
    [InlineData("net10.0")]
    public async Task The_library_has_every_member_that_compiled_event_libraries_call(string framework)
    {
        HashSet<string> members = [.. PublicMembers(await LibraryAsync(framework)).Select(Describe)];

        Assert.All(ReadList(), member => Assert.True(members.Contains(member), $"""
            {member}
            is no longer in TypedEvents for {framework}, or has another signature. An event library that was compiled earlier calls it,
            and throws MissingMethodException when it tracks. Restore it unchanged, and add an overload instead.
            """));
    }

    [Theory]
    [InlineData("net8.0")]
    [InlineData("net10.0")]
    public async Task Interfaces_that_compiled_events_implement_require_no_additional_members(string framework)
    {
        string[] list = ReadList();
        INamedTypeSymbol[] implemented = [.. Types((await LibraryAsync(framework)).GlobalNamespace).Where(type => type.Name == "IEngageEvent")];

        Assert.Equal(2, implemented.Length);
        Assert.All(implemented.SelectMany(AbstractMembers).Select(Describe), member => Assert.True(list.Contains(member), $"""
            {member}
            is a new member without a body. Generated code of earlier versions doesn't implement it, so the runtime can't load the
            events of any library that was compiled before (TypeLoadException). Give it a default body (static virtual, not static abstract).
            """));
    }

    private static string[] ReadList() => File.Exists(ListFile) ? Repository.Read(ListFile).Split('\n', StringSplitOptions.RemoveEmptyEntries) : [];

    /// <summary>The library's members that the generated files of all shapes bind to.</summary>
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

    /// <summary>The symbols that a node calls or implements.</summary>
    private static IEnumerable<ISymbol> Bound(SemanticModel model, SyntaxNode node) => node switch
    {
        ExpressionSyntax expression => model.GetSymbolInfo(expression).Symbol is { } symbol ? [symbol.OriginalDefinition] : [],
        MethodDeclarationSyntax method => model.GetDeclaredSymbol(method)!.ExplicitInterfaceImplementations.Select(symbol => symbol.OriginalDefinition),
        PropertyDeclarationSyntax property => model.GetDeclaredSymbol(property)!.ExplicitInterfaceImplementations.Select(symbol => symbol.OriginalDefinition),
        _ => [],
    };

    /// <summary>The library of the package, for one framework.</summary>
    private static async Task<IAssemblySymbol> LibraryAsync(string framework)
    {
        Consumers consumers = await Consumers.BuiltAsync();
        string assembly = Path.Combine(consumers.RestoredPackages, "typedevents", consumers.Packages.Version, "lib", framework, "TypedEvents.dll");

        // Only the library itself is inspected, so its references may stay unresolved: their names are sufficient.
        var compilation = CSharpCompilation.Create("Reader", references:
        [
            MetadataReference.CreateFromFile(assembly),
            .. Directory.EnumerateFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "System.*.dll").Where(IsManaged).Select(file => MetadataReference.CreateFromFile(file)),
        ]);
        return (IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(compilation.References.First())!;
    }

    private static IEnumerable<ISymbol> PublicMembers(IAssemblySymbol library) =>
        Types(library.GlobalNamespace).Where(type => type.DeclaredAccessibility == Accessibility.Public).SelectMany(type => type.GetMembers().Prepend(type));

    /// <summary>The members that an implementation of an interface must define, without the accessors of properties.</summary>
    private static IEnumerable<ISymbol> AbstractMembers(INamedTypeSymbol type) =>
        type.GetMembers().Where(member => member.IsAbstract && member is not (INamedTypeSymbol or IMethodSymbol { AssociatedSymbol: not null }));

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
