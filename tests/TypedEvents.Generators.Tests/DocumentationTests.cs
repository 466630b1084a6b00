using System.Text.RegularExpressions;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using TypedEvents.AspNetCore;
using TypedEvents.Emulator;
using TypedEvents.Generators.Tests.Infrastructure;
using TypedEvents.Outbox.PostgreSql;
using TypedEvents.Outbox.Sqlite;
using TypedEvents.Outbox.Testing;
using TypedEvents.Testing;

namespace TypedEvents.Generators.Tests;

/// <summary>The snippets in the README and the documentation compile, and their links work.</summary>
public sealed partial class DocumentationTests
{
    /// <summary>The variables that every snippet can use.</summary>
    private const string Surroundings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Microsoft.AspNetCore.Builder;
        global using Microsoft.AspNetCore.Hosting;
        global using Microsoft.AspNetCore.Http;
        global using Microsoft.AspNetCore.Routing;
        global using Microsoft.Extensions.Configuration;
        global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.Extensions.Hosting;
        global using Microsoft.Extensions.Logging;
        global using TypedEvents;
        """;

    /// <summary>ASP.NET Core with all of its libraries, as web projects see it.</summary>
    private static readonly MetadataReference[] AspNetCore =
    [
        .. Directory.EnumerateFiles(Path.GetDirectoryName(typeof(WebApplication).Assembly.Location)!, "Microsoft.*.dll").Select(file => MetadataReference.CreateFromFile(file)),
    ];

    public static TheoryData<string> Documents =>
    [
        "README.md",
        "CONTRIBUTING.md",
        .. Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Root, file)),
        .. Directory.EnumerateFiles(Path.Combine(Root, "src"), "PACKAGE.md", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Root, file)),
    ];

    internal static string Root
    {
        get
        {
            string? folder = AppContext.BaseDirectory;
            while (folder is not null && !File.Exists(Path.Combine(folder, "TypedEvents.sln")))
            {
                folder = Path.GetDirectoryName(folder);
            }

            return folder ?? throw new DirectoryNotFoundException("TypedEvents.sln is in no folder above the tests.");
        }
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_snippet_compiles(string document) =>
        Assert.Equal("", Compile(File.ReadAllText(Path.Combine(Root, document))));

    [Fact]
    public void A_snippet_that_does_not_compile_is_found()
    {
        const string Wrong = """
            ```csharp
            [EngageEvent("sign_up")]
            public partial record SignUp(string Plan);
            ```
            ```csharp
            tracker.TrackSignUp(user, plan: 3);
            ```
            """;
        Assert.Contains("CS1503", Compile(Wrong), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_link_within_the_repository_leads_somewhere(string document)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Root, document))!;
        foreach (Match link in Link().Matches(File.ReadAllText(Path.Combine(Root, document))))
        {
            string target = link.Groups["target"].Value;
            if (target.Contains("://", StringComparison.Ordinal))
            {
                continue;
            }

            string path = target.Length == 0 ? Path.Combine(Root, document) : Path.Combine(folder, target);
            Assert.True(Path.Exists(path), $"{document} points to {target}, which isn't there.");
            if (link.Groups["anchor"].Value is { Length: > 0 } anchor)
            {
                Assert.True(Anchors(File.ReadAllText(path)).Contains(anchor), $"{document} points to {target}#{anchor}, and there is no such heading.");
            }
        }
    }

    [Theory]
    [InlineData("## When it happened, and its id", "when-it-happened-and-its-id")]
    [InlineData("### `Environment.Exit` and unhandled exceptions", "environmentexit-and-unhandled-exceptions")]
    [InlineData("# EngageLab's limits", "engagelabs-limits")]
    public void A_heading_is_an_anchor(string heading, string anchor) => Assert.Contains(anchor, Anchors(heading));

    /// <summary>The names under which GitHub links to the headings of a document.</summary>
    private static HashSet<string> Anchors(string markdown) =>
        [.. Heading().Matches(markdown).Select(heading => NotInAnchor().Replace(heading.Groups["text"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'))];

    /// <summary>The one that runs the contract against the packages.</summary>
    [Fact]
    public void The_outbox_of_the_tutorial_is_the_one_that_is_tested() =>
        Assert.Contains(
            $"```csharp\n{File.ReadAllText(Path.Combine(Root, "tests", "consumers", "JsonLinesOutbox", "JsonLinesOutbox.cs")).ReplaceLineEndings("\n")}```",
            File.ReadAllText(Path.Combine(Root, "docs", "how-to", "own-outbox.md")).ReplaceLineEndings("\n"),
            StringComparison.Ordinal);

    [Fact]
    public void The_tutorial_says_how_many_cases_its_outbox_passes() =>
        Assert.Contains(
            $"It passes all {OutboxContract.Cases.Count} cases of the contract",
            File.ReadAllText(Path.Combine(Root, "docs", "how-to", "own-outbox.md")),
            StringComparison.Ordinal);

    [Fact]
    public void The_documentation_shows_snippets() =>
        Assert.All(["README.md", "docs/getting-started.md", "docs/reference/events.md"], document => Assert.True(Snippet().Count(File.ReadAllText(Path.Combine(Root, document))) >= 1));

    [Fact]
    public void The_index_lists_every_page()
    {
        string docs = Path.Combine(Root, "docs");
        string index = File.ReadAllText(Path.Combine(docs, "README.md"));
        Assert.All(
            Directory.EnumerateFiles(docs, "*.md", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(docs, file).Replace('\\', '/'))
                .Where(page => page != "README.md" && !page.StartsWith("rules/TE", StringComparison.Ordinal)),
            page => Assert.Contains($"({page})", index, StringComparison.Ordinal));
    }

    /// <summary>
    /// Compiles all snippets of a document together: the types of each in a file of its own, the statements of each in a separate method. A
    /// snippet without usings has those of the others.
    /// </summary>
    private static string Compile(string markdown)
    {
        List<string> usings = [];
        List<(string Usings, string Types)> files = [];
        List<string> methods = [];
        foreach (Match snippet in Snippet().Matches(markdown))
        {
            CompilationUnitSyntax unit = SyntaxFactory.ParseCompilationUnit(snippet.Groups["code"].Value);
            string[] own = [.. unit.Usings.Select(directive => directive.ToFullString().Trim())];
            usings.AddRange(own);
            files.Add((string.Join('\n', own), string.Concat(unit.Members.Where(member => member is not GlobalStatementSyntax).Select(member => member.ToFullString()))));
            string statements = string.Concat(unit.Members.OfType<GlobalStatementSyntax>().Select(statement => statement.ToFullString()));
            methods.Add($"static async Task Snippet{methods.Count}() {{ await Task.Yield(); {statements} }}");
        }

        var project = new Project(
        [
            Surroundings,
            .. files.Select(file => (file.Usings.Length == 0 ? string.Join('\n', usings.Distinct()) : file.Usings) + "\nnamespace Documented\n{\n" + file.Types + "\n}"),
            string.Join('\n', usings.Distinct()) + $$"""

            namespace Documented;

            internal static class Snippets
            {
                static EventTracker tracker => null!;
                static Euid user => default;
                static CancellationToken cancellationToken => default;
                static string[] args => [];
                static WebApplicationBuilder builder => null!;
                static WebApplication app => null!;
                {{string.Join('\n', methods)}}
            }
            """,
        ])
        {
            ExtraReferences =
            [
                MetadataReference.CreateFromFile(typeof(EngageLabEmulator).Assembly.Location),
                MetadataReference.CreateFromFile(typeof(SqliteOutbox).Assembly.Location),
                MetadataReference.CreateFromFile(typeof(PostgreSqlOutbox).Assembly.Location),
                MetadataReference.CreateFromFile(typeof(NpgsqlConnection).Assembly.Location),
                MetadataReference.CreateFromFile(typeof(SqlMapper).Assembly.Location),
                MetadataReference.CreateFromFile(typeof(DbContext).Assembly.Location),
                MetadataReference.CreateFromFile(typeof(FactAttribute).Assembly.Location),
                MetadataReference.CreateFromFile(typeof(NUnit.Framework.TestAttribute).Assembly.Location),
                MetadataReference.CreateFromFile(typeof(Microsoft.VisualStudio.TestTools.UnitTesting.TestMethodAttribute).Assembly.Location),
                MetadataReference.CreateFromFile(typeof(NSubstitute.Substitute).Assembly.Location),
                MetadataReference.CreateFromFile(typeof(Moq.Mock).Assembly.Location),
                MetadataReference.CreateFromFile(typeof(RelationalDatabaseFacadeExtensions).Assembly.Location),
                MetadataReference.CreateFromFile(typeof(OutboxContract).Assembly.Location),
                MetadataReference.CreateFromFile(typeof(RecordingTracker).Assembly.Location),
                MetadataReference.CreateFromFile(typeof(TypedEventsBuilder).Assembly.Location),
                .. AspNetCore,
                MetadataReference.CreateFromFile(typeof(CurrentUserOptions).Assembly.Location),
            ],
        };
        return string.Join('\n', project.Generate().Compilation.GetDiagnostics()
            .Where(diagnostic => diagnostic.DefaultSeverity == DiagnosticSeverity.Error));
    }

    [GeneratedRegex(@"^```csharp\r?\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Snippet();

    [GeneratedRegex(@"\]\((?<target>[^)#]*)(#(?<anchor>[^)]*))?\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NotInAnchor();
}
