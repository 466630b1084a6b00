using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedEvents.Generators.Parsing;

/// <summary>
/// Identifies the declarations of a compilation. Two compilations have the same version only if they differ in nothing but method bodies
/// and plain comments, so whatever was read from declarations under one holds under the other.
/// </summary>
/// <remarks>
/// <para>
/// Most keystrokes change a method body. Without this, each of them would read every event again, because the driver can't know that a
/// transform depends on declarations alone.
/// </para>
/// <para>
/// Versions are compared by reference. A tree is compared with the tree that it replaces, node by node; unedited nodes are shared by both,
/// so that only the path to the edit is visited. Anything uncertain (another number of files, another reference, another option) is a new
/// version, which costs time and is never wrong.
/// </para>
/// </remarks>
internal sealed class DeclarationVersion
{
    private static readonly ConditionalWeakTable<Compilation, DeclarationVersion> Known = new();

    /// <summary>The latest compilation that a tree was in. An edit leaves the first or the last tree of a compilation as it was.</summary>
    private static readonly ConditionalWeakTable<SyntaxTree, Latest> ByTree = new();

    private DeclarationVersion()
    {
    }

    /// <summary>Gives the version of a compilation.</summary>
    public static DeclarationVersion Of(Compilation compilation) => Known.GetValue(compilation, static compilation => Make((CSharpCompilation)compilation));

    private static DeclarationVersion Make(CSharpCompilation compilation)
    {
        var state = new State(compilation);
        if (state.Trees.IsEmpty)
        {
            return new DeclarationVersion();
        }

        Latest first = ByTree.GetOrCreateValue(state.Trees[0]);
        Latest last = ByTree.GetOrCreateValue(state.Trees[state.Trees.Length - 1]);
        DeclarationVersion version = first.FindVersion(state) ?? last.FindVersion(state) ?? new DeclarationVersion();
        first.Set(state, version);
        last.Set(state, version);
        return version;
    }

    private sealed class Latest
    {
        private Entry? _entry;

        public DeclarationVersion? FindVersion(State state) =>
            Volatile.Read(ref _entry) is { } entry && entry.State.DeclaresTheSameAs(state) ? entry.Version : null;

        public void Set(State state, DeclarationVersion version) => Volatile.Write(ref _entry, new Entry(state, version));

        private sealed record Entry(State State, DeclarationVersion Version);
    }

    /// <summary>What the declarations of a compilation consist of. It holds no symbols, and so doesn't keep the compilation alive.</summary>
    private sealed class State(CSharpCompilation compilation)
    {
        public ImmutableArray<SyntaxTree> Trees { get; } = compilation.SyntaxTrees;

        private readonly ImmutableArray<MetadataReference> _references = compilation.ExternalReferences;
        private readonly CSharpCompilationOptions _options = compilation.Options;
        private readonly string? _assemblyName = compilation.AssemblyName;

        public bool DeclaresTheSameAs(State other)
        {
            if (Trees.Length != other.Trees.Length
                || _assemblyName != other._assemblyName
                || !_options.Equals(other._options)
                || !_references.SequenceEqual(other._references))
            {
                return false;
            }

            for (int i = 0; i < Trees.Length; i++)
            {
                SyntaxTree tree = Trees[i];
                SyntaxTree otherTree = other.Trees[i];
                if (!ReferenceEquals(tree, otherTree)
                    && !(tree.FilePath == otherTree.FilePath
                        && tree.Options.Equals(otherTree.Options)
                        && DeclareTheSame(tree.GetRoot(), otherTree.GetRoot())))
                {
                    return false;
                }
            }

            return true;
        }
    }

    private static bool DeclareTheSame(SyntaxNode one, SyntaxNode other)
    {
        if (one.IsIncrementallyIdenticalTo(other))
        {
            return true;
        }

        if (one.RawKind != other.RawKind)
        {
            return false;
        }

        if (IsBody(one) && IsBody(other))
        {
            return true;
        }

        ChildSyntaxList children = one.ChildNodesAndTokens();
        ChildSyntaxList otherChildren = other.ChildNodesAndTokens();
        if (children.Count != otherChildren.Count)
        {
            return false;
        }

        for (int i = 0; i < children.Count; i++)
        {
            bool isSame = (children[i].AsNode(), otherChildren[i].AsNode()) switch
            {
                (null, null) => AreTheSame(children[i].AsToken(), otherChildren[i].AsToken()),
                ({ } child, { } otherChild) => DeclareTheSame(child, otherChild),
                _ => false,
            };
            if (!isSame)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Whether nothing outside depends on it. A constructor's body counts as a declaration: <see cref="DerivedValidation"/> reads it. So does
    /// a body with directives: <c>#nullable disable</c> holds to the end of the file.
    /// </summary>
    private static bool IsBody(SyntaxNode node) =>
        node is BlockSyntax or ArrowExpressionClauseSyntax
        && node.Parent is not ConstructorDeclarationSyntax
        && !node.ContainsDirectives;

    /// <summary>Documentation comments and directives count, other trivia doesn't.</summary>
    private static bool AreTheSame(SyntaxToken one, SyntaxToken other) =>
        one.RawKind == other.RawKind
        && one.Text == other.Text
        && one.IsMissing == other.IsMissing
        && (!(one.HasStructuredTrivia || other.HasStructuredTrivia) || one.ToFullString() == other.ToFullString());
}
