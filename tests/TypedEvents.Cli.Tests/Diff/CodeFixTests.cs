using System.Collections.Immutable;
using System.Text;
using Basic.Reference.Assemblies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using TypedEvents.CodeFixes;
using TypedEvents.Generators.Analyzers;

namespace TypedEvents.Cli.Tests;

/// <summary>An editor's code fix and the tool write the same lock file; only the reasons are left to somebody to fill in, and the tool asks for them.</summary>
public sealed class CodeFixTests : IDisposable
{
    private const string Before = """
        namespace Shop
        {
            public enum Plan { Free, Pro }

            public record Address(string City);

            /// <summary>An account.</summary>
            [EngageEvent("sign_up", Owner = "@acme/growth", Tags = new[] { "b", "a" }, Description = "An \"account\".")]
            public partial record SignUp(Plan Plan, int Seats, string Coupon, DateTime At, [Flatten] Address From);

            [EngageEvent("left")]
            public partial record Left(string Why);

            [EngageEvent("renamed_before")]
            public partial record Renamed(string A, string B);
        }
        """;

    private const string After = """
        namespace Shop
        {
            public enum Plan { Trial, Pro }

            public record Address(string? City);

            /// <summary>An account.</summary>
            [EngageEvent("sign_up", Owner = "@acme/growth", Tags = new[] { "b", "a" }, Description = "An \"account\".")]
            public partial record SignUp(Plan Plan, string Seats, [EventProperty(Date = DateFormat.UnixMilliseconds)] DateTime At, [Flatten] Address From);

            [EngageEvent("renamed_after")]
            public partial record Renamed(string A, string B);

            [EngageEvent("new")]
            public partial record New(double? A, string[] B);
        }
        """;

    private readonly TestApplication _application = new();
    private readonly TestTool _tool;

    public CodeFixTests() => _tool = new TestTool(_application.Folder);

    private string Lock => Path.Combine(_application.Folder, LockFile.Name);

    public void Dispose() => _application.Dispose();

    [Fact]
    public async Task The_code_fix_writes_what_the_tool_accepts()
    {
        Compile(Before);
        await _tool.RunAsync("plan", "accept", "Shop.dll");
        string before = await File.ReadAllTextAsync(Lock, TestContext.Current.CancellationToken);
        string fixedByEditor = await FixAllAsync(After, before);

        Compile(After);
        ToolResult accepted = await _tool.RunAsync("plan", "accept", "Shop.dll", "--because", "Meant.");

        Assert.Equal(0, accepted.ExitCode);
        Assert.Equal(await File.ReadAllTextAsync(Lock, TestContext.Current.CancellationToken), fixedByEditor.Replace("\": \"\"", "\": \"Meant.\"", StringComparison.Ordinal));
        Assert.Equal(7, fixedByEditor.Split("\": \"\"").Length - 1);
    }

    [Fact]
    public async Task Check_asks_for_the_reasons_that_the_code_fix_left_empty()
    {
        Compile(Before);
        await _tool.RunAsync("plan", "accept", "Shop.dll");
        await File.WriteAllTextAsync(Lock, await FixAllAsync(After, await File.ReadAllTextAsync(Lock, TestContext.Current.CancellationToken)), TestContext.Current.CancellationToken);
        Compile(After);

        ToolResult open = await _tool.RunAsync("plan", "check", "Shop.dll", "--format", "msbuild");

        Assert.Equal(1, open.ExitCode);
        string[] lines = await File.ReadAllLinesAsync(Lock, TestContext.Current.CancellationToken);
        int left = Array.FindIndex(lines, line => line.Contains("\"left\"", StringComparison.Ordinal)) + 1;
        Assert.Contains($"typedevents.lock.json({left},5): error TEP002: left was removed without a reason; add one in typedevents.lock.json.", open.Output, StringComparison.Ordinal);

        await File.WriteAllTextAsync(Lock, string.Join('\n', lines).Replace("\": \"\"", "\": \"Meant.\"", StringComparison.Ordinal) + "\n", TestContext.Current.CancellationToken);
        Assert.DoesNotContain("TEP002", (await _tool.RunAsync("plan", "check", "Shop.dll")).Output, StringComparison.Ordinal);
    }

    private void Compile(string source) => _application.Compile("Shop", source, hasContracts: true, documentation: DocumentationMode.Parse);

    /// <summary>Accepts all that the analyzer reports for a project with this source, as an editor does, event by event.</summary>
    private static async Task<string> FixAllAsync(string source, string lockText)
    {
        using var workspace = new AdhocWorkspace();
        Project project = workspace.AddProject("Shop", LanguageNames.CSharp)
            .WithCompilationOptions(new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable))
            .WithMetadataReferences([.. Net100.References.All, MetadataReference.CreateFromFile(typeof(IEventTracker).Assembly.Location)]);
        project = project.AddDocument("Usings.cs", "global using System; global using TypedEvents;").Project;
        project = project.AddDocument("Shop.cs", SourceText.From(source, Encoding.UTF8), filePath: "/src/Shop.cs").Project;
        TextDocument file = project.AddAdditionalDocument(LockFile.Name, SourceText.From(lockText, Encoding.UTF8), filePath: "/src/typedevents.lock.json");
        Solution solution = file.Project.Solution;
        while ((await AnalyzeAsync(solution.GetProject(project.Id)!)).FirstOrDefault(diagnostic => !diagnostic.Id.StartsWith("TEP0", StringComparison.Ordinal)) is { } open)
        {
            TextDocument document = open.Location.SourceTree is null
                ? solution.GetAdditionalDocument(file.Id)!
                : solution.Projects.Single().Documents.Single(document => document.FilePath == "/src/Shop.cs");
            List<CodeAction> actions = [];
            await new AcceptPlanChangeFix().RegisterCodeFixesAsync(new CodeFixContext(document, open, (action, _) => actions.Add(action), TestContext.Current.CancellationToken));
            IEnumerable<CodeActionOperation> operations = await Assert.Single(actions).GetOperationsAsync(TestContext.Current.CancellationToken);
            solution = operations.OfType<ApplyChangesOperation>().Single().ChangedSolution;
        }

        return (await solution.GetAdditionalDocument(file.Id)!.GetTextAsync(TestContext.Current.CancellationToken)).ToString();
    }

    private static async Task<ImmutableArray<Diagnostic>> AnalyzeAsync(Project project)
    {
        Compilation compilation = (await project.GetCompilationAsync(TestContext.Current.CancellationToken))!;
        return await compilation.WithAnalyzers([new PlanChangeAnalyzer()], project.AnalyzerOptions).GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
    }
}
