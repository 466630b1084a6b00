using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using TypedEvents.Package.Tests.Support;

namespace TypedEvents.Package.Tests;

/// <summary>The generator, analyzers and code fixes of the package run on the oldest supported compiler.</summary>
public sealed partial class OldestCompilerTests
{
    private const string Usings = "global using System; global using System.Collections.Generic; global using TypedEvents;";

    /// <summary>An attribute of .NET 9, while this compiler was released with .NET 8. The generator recognizes it by its name.</summary>
    private const string EnumMemberName = """
        namespace System.Text.Json.Serialization;
        [System.AttributeUsage(System.AttributeTargets.Field)]
        internal sealed class JsonStringEnumMemberNameAttribute(string name) : System.Attribute { public string Name => name; }
        """;

    /// <summary>The shapes whose generated code has a baseline.</summary>
    public static TheoryData<string> Shapes =>
        [.. Directory.EnumerateDirectories(Baselines).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    /// <summary>The rules that have a page.</summary>
    public static TheoryData<string> Rules =>
        [.. Directory.EnumerateFiles(Repository.PathOf("docs", "rules"), "TE0*.md").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    private static string Baselines => Repository.PathOf("tests", "TypedEvents.Generators.Tests", "Baselines");

    [Fact]
    public void The_tests_use_the_oldest_supported_compiler() =>
        Assert.Equal("4.8", typeof(CSharpCompilation).Assembly.GetName().Version!.ToString(2));

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task The_generator_produces_the_same_code_with_the_oldest_compiler(string shape)
    {
        OldestCompiler compiler = await OldestCompiler.GetAsync();
        string folder = Path.Combine(Baselines, shape);

        (CSharpCompilation compilation, var files) = compiler.Generate("#pragma warning disable CS1591\n" + Repository.Read(folder, "Input.cs"), EnumMemberName);

        Assert.Empty(compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning));
        Assert.Equal(
            Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)).Where(name => name != "Input.cs").Order(StringComparer.Ordinal),
            files.Select(file => file.HintName).Order(StringComparer.Ordinal));
        Assert.All(files, file => Assert.Equal(
            Repository.Read(folder, file.HintName),
            GeneratorVersion().Replace(file.SourceText.ToString(), "\"{version}\")]")));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task A_rule_reports_its_pages_example_with_the_oldest_compiler(string id)
    {
        OldestCompiler compiler = await OldestCompiler.GetAsync();
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;

        var broken = await compiler.CheckAsync(
            WithOtherGenerators(compiler.Generate(Usings, Example(id, "csharp error")).Compilation, id), cancellationToken);
        var corrected = await compiler.CheckAsync(compiler.Generate(Usings, Example(id, "csharp")).Compilation, cancellationToken);

        Assert.Equal([id], broken.Select(diagnostic => diagnostic.Id).Distinct());
        Assert.Empty(corrected);
    }

    [Fact]
    public async Task A_code_fix_works_with_the_oldest_compiler()
    {
        OldestCompiler compiler = await OldestCompiler.GetAsync();
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        CSharpCompilation compilation = compiler.Compile(Usings, Example("TE0001", "csharp error"));
        using var workspace = new AdhocWorkspace();
        Project project = workspace.AddProject("UserProject", LanguageNames.CSharp)
            .WithParseOptions(compilation.SyntaxTrees[0].Options)
            .WithCompilationOptions(compilation.Options)
            .AddMetadataReferences(compilation.References)
            .AddDocument("Usings.cs", Usings).Project;
        Document document = project.AddDocument("Example.cs", Example("TE0001", "csharp error"));
        Diagnostic found = Assert.Single(await compiler.CheckAsync((CSharpCompilation)(await document.Project.GetCompilationAsync(cancellationToken))!, cancellationToken));

        List<CodeAction> offered = [];
        CodeFixProvider codeFix = Assert.Single(compiler.CodeFixes, fix => fix.FixableDiagnosticIds.Contains("TE0001"));
        await codeFix.RegisterCodeFixesAsync(new CodeFixContext(document, found, (action, _) => offered.Add(action), cancellationToken));
        var applied = (ApplyChangesOperation)Assert.Single(await Assert.Single(offered).GetOperationsAsync(cancellationToken));

        string corrected = (await applied.ChangedSolution.GetDocument(document.Id)!.GetTextAsync(cancellationToken)).ToString();
        Assert.Equal(Example("TE0001", "csharp"), corrected);
    }

    [Fact]
    public async Task Changes_of_the_plan_are_reported_and_accepted_with_the_oldest_compiler()
    {
        const string Lock = """{ "plan": 1, "events": { "trial_started": { "type": "TrialStarted", "assembly": "UserProject", "properties": { "company": { "type": "string", "required": true } } } } }""";
        OldestCompiler compiler = await OldestCompiler.GetAsync();
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        CSharpCompilation compilation = compiler.Compile();
        using var workspace = new AdhocWorkspace();
        Project project = workspace.AddProject("UserProject", LanguageNames.CSharp)
            .WithParseOptions(new CSharpParseOptions(LanguageVersion.CSharp12))
            .WithCompilationOptions(compilation.Options)
            .AddMetadataReferences(compilation.References)
            .AddDocument("Usings.cs", Usings).Project;
        Document document = project.AddDocument("Events.cs", "#nullable enable\n[EngageEvent(\"trial_started\")] public partial record TrialStarted(string? Company);");
        TextDocument lockFile = document.Project.AddAdditionalDocument("typedevents.lock.json", Lock, filePath: "/repository/typedevents.lock.json");
        project = lockFile.Project;

        // The generator doesn't run here, which TE0026 says.
        Diagnostic change = Assert.Single(
            await compiler.CheckAsync((CSharpCompilation)(await project.GetCompilationAsync(cancellationToken))!, project.AnalyzerOptions, cancellationToken),
            static found => found.Id != "TE0026");
        List<CodeAction> offered = [];
        CodeFixProvider codeFix = Assert.Single(compiler.CodeFixes, fix => fix.FixableDiagnosticIds.Contains("TEP206"));
        await codeFix.RegisterCodeFixesAsync(new CodeFixContext(project.GetDocument(document.Id)!, change, (action, _) => offered.Add(action), cancellationToken));
        var applied = (ApplyChangesOperation)Assert.Single(await Assert.Single(offered).GetOperationsAsync(cancellationToken));

        Assert.Equal("TEP206", change.Id);
        string accepted = (await applied.ChangedSolution.GetAdditionalDocument(lockFile.Id)!.GetTextAsync(cancellationToken)).ToString();
        Assert.Contains("\"company\": { \"type\": \"string\" }", accepted, StringComparison.Ordinal);
        Assert.Contains("\"TEP206 company: string, required to string\": \"\"", accepted, StringComparison.Ordinal);
    }

    /// <summary>Adds the output of other generators: ours doesn't see it, but the rules do.</summary>
    private static CSharpCompilation WithOtherGenerators(CSharpCompilation compilation, string id) => compilation.AddSyntaxTrees(
        Fences(id).Where(match => match.Groups["language"].Value == "csharp generated").Select(match => CSharpSyntaxTree.ParseText(
            match.Groups["code"].Value,
            (CSharpParseOptions)compilation.SyntaxTrees[0].Options,
            cancellationToken: TestContext.Current.CancellationToken)));

    private static MatchCollection Fences(string id) => Fence().Matches(Repository.Read("docs", "rules", id + ".md"));

    private static string Example(string id, string language) => Assert.Single(
        Fences(id), match => match.Groups["language"].Value == language).Groups["code"].Value;

    [GeneratedRegex("^```(?<language>[^\n`]+)\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("\"[0-9.]+\"\\)\\]")]
    private static partial Regex GeneratorVersion();
}
