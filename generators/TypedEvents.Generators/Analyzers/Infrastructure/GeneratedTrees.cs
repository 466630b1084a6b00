using Microsoft.CodeAnalysis;

namespace TypedEvents.Generators.Analyzers;

/// <summary>
/// Which files of a compilation another generator made: generators don't see one another's files, and analyzers see all of them. The
/// compiler doesn't tell; the path does in all hosts, or the name and the first comment.
/// </summary>
internal static class GeneratedTrees
{
    private static readonly string[] Endings = [".g.cs", ".g.i.cs", ".generated.cs", ".designer.cs"];

    /// <summary>Where a symbol is declared that generators don't see.</summary>
    public static SyntaxTree? FindTree(ISymbol symbol, Compilation compilation)
    {
        foreach (SyntaxReference declaration in symbol.DeclaringSyntaxReferences)
        {
            if (IsGenerated(declaration.SyntaxTree, compilation))
            {
                return declaration.SyntaxTree;
            }
        }

        return null;
    }

    private static bool IsGenerated(SyntaxTree tree, Compilation compilation)
    {
        string path = tree.FilePath;
        if (Array.Exists(Endings, ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))
        {
            return true;
        }

        // The compiler gives generated files the path of an assembly, a generator and a name, in a folder "generated" or in none.
        bool isRooted = Path.IsPathRooted(path);
        return isRooted
            ? path.Replace('\\', '/').Contains("/generated/")
            : path.Length > 0 && (Path.IsPathRooted(compilation.SyntaxTrees.First().FilePath) || path.Replace('\\', '/').Split('/').Length == 3);
    }
}
