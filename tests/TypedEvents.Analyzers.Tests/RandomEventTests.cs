using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedEvents.Analyzers.Tests.Infrastructure;

namespace TypedEvents.Analyzers.Tests;

/// <summary>Generator and rules agree on what can be an event, whatever it is made of.</summary>
public class RandomEventTests
{
    private const int Files = 120;

    /// <summary>Two events of one name are both emitted.</summary>
    private const string DuplicateEventName = "TE0011";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task What_is_skipped_is_explained_and_what_is_emitted_is_right(int seed)
    {
        var random = new RandomEvents(seed);
        string[] sources = [RandomEvents.Library, .. Enumerable.Range(0, Files).Select(random.Next)];

        Checked project = await UserProject.CheckAsync(sources);

        HashSet<SyntaxTree> generated = [.. project.Compilation.SyntaxTrees.Where(tree => tree.FilePath.EndsWith(".g.cs", StringComparison.Ordinal))];
        ILookup<SyntaxTree?, Diagnostic> compilerErrors = project.Compilation.GetDiagnostics(TestContext.Current.CancellationToken)
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .ToLookup(diagnostic => diagnostic.Location.SourceTree);
        ILookup<TypeDeclarationSyntax?, Diagnostic> explanations = project.Diagnostics
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error && diagnostic.Id != DuplicateEventName)
            .ToLookup(EventAt);

        int emitted = 0;
        int skipped = 0;
        foreach (TypeDeclarationSyntax declaration in project.Compilation.SyntaxTrees.Where(tree => !generated.Contains(tree)).SelectMany(EventsOf))
        {
            var type = (INamedTypeSymbol)project.Compilation.GetSemanticModel(declaration.SyntaxTree).GetDeclaredSymbol(declaration, TestContext.Current.CancellationToken)!;
            bool isEmitted = type.DeclaringSyntaxReferences.Any(part => generated.Contains(part.SyntaxTree));
            bool isExplained = explanations.Contains(declaration);
            bool isWrongAnyway = compilerErrors.Contains(declaration.SyntaxTree);
            Assert.True(
                isEmitted ? !isExplained : isExplained || isWrongAnyway,
                $"{(isEmitted ? "Emitted" : "Skipped")}, and {string.Join(", ", explanations[declaration].Concat(compilerErrors[declaration.SyntaxTree]).Select(diagnostic => diagnostic.ToString()).DefaultIfEmpty("nothing said"))}:\n{declaration.SyntaxTree}");
            if (isEmitted && !isWrongAnyway)
            {
                Diagnostic? error = type.DeclaringSyntaxReferences.SelectMany(part => compilerErrors[part.SyntaxTree]).FirstOrDefault();
                Assert.True(error is null, $"{error} of:\n{declaration.SyntaxTree}");
            }

            emitted += isEmitted ? 1 : 0;
            skipped += isEmitted || isWrongAnyway ? 0 : 1;
        }

        // Neither kind is rare, or this would say nothing.
        Assert.InRange(emitted, Files / 5, Files);
        Assert.InRange(skipped, Files / 5, Files * 2);
    }

    private static IEnumerable<TypeDeclarationSyntax> EventsOf(SyntaxTree tree) =>
        tree.GetRoot().DescendantNodes().OfType<TypeDeclarationSyntax>().Where(IsAnnotated);

    private static TypeDeclarationSyntax? EventAt(Diagnostic diagnostic) => diagnostic.Location.SourceTree!.GetRoot()
        .FindNode(diagnostic.Location.SourceSpan)
        .AncestorsAndSelf()
        .OfType<TypeDeclarationSyntax>()
        .FirstOrDefault(IsAnnotated);

    private static bool IsAnnotated(TypeDeclarationSyntax type) =>
        type.AttributeLists.SelectMany(list => list.Attributes).Any(attribute => attribute.Name.ToString() == "EngageEvent");
}
