using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedEvents.Generators.Parsing;

/// <summary>
/// Identifies the declarations of a compilation that events depend on. What was read from the declarations of one version holds under another
/// one if both <see cref="Agree"/> on the records that it was read from.
/// </summary>
/// <remarks>
/// <para>
/// Most keystrokes change a method body, a member of a class, or one event. Without this, each of them would read every event again, because
/// the driver can't know what a transform depends on.
/// </para>
/// <para>
/// A version has two parts: the outline, which every event depends on, and the edits of the members of records, which matter to the events
/// that derive from such a record or flatten it. What isn't part of the outline, is in <see cref="Comparison.IsOutside"/>. Constants, enums,
/// nested types and constructors always are, as are members that have the name of a constant, usings, and the heads of types. A model is
/// remembered with the node of its own declaration as well.
/// </para>
/// <para>
/// Outlines and edits are compared by reference. A tree is compared with the tree that it replaces, node by node; unedited nodes are shared by
/// both, so that only the path to the edit is visited. Anything uncertain (another number of files, another reference, another option) is a
/// new outline, which costs time and is never wrong. A version never changes, so any number of runs can use it at a time.
/// </para>
/// </remarks>
internal sealed class DeclarationVersion
{
    private static readonly ConditionalWeakTable<Compilation, DeclarationVersion> Known = new();

    /// <summary>The latest compilation that a tree was in. An edit leaves the first or the last tree of a compilation as it was.</summary>
    private static readonly ConditionalWeakTable<SyntaxTree, Latest> ByTree = new();

    private readonly Outline _outline;

    /// <summary>The last edit of the members of each record that was edited. A name may stand for several records, which only makes more edits count.</summary>
    private readonly ImmutableDictionary<string, object> _edits;

    private DeclarationVersion(Outline outline, ImmutableDictionary<string, object> edits)
    {
        _outline = outline;
        _edits = edits;
    }

    /// <summary>Whether two versions have the same outline, and the same members of some records.</summary>
    /// <param name="one">A version.</param>
    /// <param name="other">Another version.</param>
    /// <param name="records">The names of the records.</param>
    public static bool Agree(DeclarationVersion one, DeclarationVersion other, string[] records)
    {
        if (ReferenceEquals(one, other))
        {
            return true;
        }

        if (!ReferenceEquals(one._outline, other._outline))
        {
            return false;
        }

        foreach (string record in records)
        {
            if (!ReferenceEquals(one.LastEditOf(record), other.LastEditOf(record)))
            {
                return false;
            }
        }

        return true;
    }

    private object? LastEditOf(string record) => _edits.TryGetValue(record, out object? edit) ? edit : null;

    private DeclarationVersion After(HashSet<string>? edited)
    {
        if (edited is null)
        {
            return this;
        }

        object edit = new();
        return new DeclarationVersion(_outline, _edits.SetItems(edited.Select(record => new KeyValuePair<string, object>(record, edit))));
    }

    /// <summary>Gives the version of a compilation.</summary>
    public static DeclarationVersion Of(Compilation compilation) => Known.GetValue(compilation, static compilation => Make((CSharpCompilation)compilation));

    private static DeclarationVersion Make(CSharpCompilation compilation)
    {
        var state = new State(compilation);
        if (state.Trees.IsEmpty)
        {
            return New();
        }

        Latest first = ByTree.GetOrCreateValue(state.Trees[0]);
        Latest last = ByTree.GetOrCreateValue(state.Trees[state.Trees.Length - 1]);
        DeclarationVersion version = first.FindVersion(state) ?? last.FindVersion(state) ?? New();
        first.Set(state, version);
        last.Set(state, version);
        return version;

        static DeclarationVersion New() => new(new Outline(), ImmutableDictionary.Create<string, object>(StringComparer.Ordinal));
    }

    /// <summary>What all compilations with the same declarations outside of records have in common.</summary>
    private sealed class Outline
    {
        private HashSet<string>? _constants;

        /// <summary>The names of all constants and enum members.</summary>
        /// <param name="trees">The files of any compilation with this outline.</param>
        public HashSet<string> Constants(ImmutableArray<SyntaxTree> trees) => _constants ??= ConstantsOf(trees);
    }

    private sealed class Latest
    {
        private Entry? _entry;

        public DeclarationVersion? FindVersion(State state) =>
            Volatile.Read(ref _entry) is { } entry && entry.State.HasOutlineOf(state, entry.Version._outline, out HashSet<string>? edited)
                ? entry.Version.After(edited)
                : null;

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

        /// <summary>Whether another compilation has the same outline.</summary>
        /// <param name="other">The other compilation.</param>
        /// <param name="outline">The outline of this one.</param>
        /// <param name="edited">The records whose members differ, if there are any.</param>
        public bool HasOutlineOf(State other, Outline outline, out HashSet<string>? edited)
        {
            edited = null;
            if (Trees.Length != other.Trees.Length
                || _assemblyName != other._assemblyName
                || !_options.Equals(other._options)
                || !_references.SequenceEqual(other._references))
            {
                return false;
            }

            var comparison = new Comparison(outline, Trees);
            for (int i = 0; i < Trees.Length; i++)
            {
                SyntaxTree tree = Trees[i];
                SyntaxTree otherTree = other.Trees[i];
                if (!ReferenceEquals(tree, otherTree)
                    && !(tree.FilePath == otherTree.FilePath
                        && tree.Options.Equals(otherTree.Options)
                        && comparison.DeclareTheSame(tree, otherTree)))
                {
                    return false;
                }
            }

            edited = comparison.Edited;
            return true;
        }
    }

    /// <summary>Compares the declarations of two compilations, file by file.</summary>
    /// <param name="outline">The outline of the first one.</param>
    /// <param name="trees">The files of the first one.</param>
    private sealed class Comparison(Outline outline, ImmutableArray<SyntaxTree> trees)
    {
        /// <summary>The records of the compared files whose members differ.</summary>
        public HashSet<string>? Edited { get; private set; }

        /// <summary>Whether two files have the same outline.</summary>
        public bool DeclareTheSame(SyntaxTree one, SyntaxTree other)
        {
            SyntaxNode root = one.GetRoot();
            SyntaxNode otherRoot = other.GetRoot();
            return IsMarkedAsGenerated(root) == IsMarkedAsGenerated(otherRoot) && DeclareTheSame(root, otherRoot);
        }

        /// <summary>
        /// Whether a comment at the top marks a file as generated. In such a file the compiler ignores the project's setting of nullable annotations.
        /// </summary>
        private static bool IsMarkedAsGenerated(SyntaxNode root)
        {
            foreach (SyntaxTrivia trivia in root.GetLeadingTrivia())
            {
                if (trivia.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia)
                {
                    string comment = trivia.ToString();
                    if (comment.Contains("<autogenerated") || comment.Contains("<auto-generated"))
                    {
                        return true;
                    }
                }
            }

            return false;
        }

        private bool DeclareTheSame(SyntaxNode one, SyntaxNode other)
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

            if (!HaveTheSame(one, other, areOutside: false) || HasStatements(one) != HasStatements(other))
            {
                return false;
            }

            if (one is RecordDeclarationSyntax record && !HaveTheSame(one, other, areOutside: true))
            {
                (Edited ??= new HashSet<string>(StringComparer.Ordinal)).Add(record.Identifier.ValueText);
            }

            return true;
        }

        /// <summary>Compares the parts of two declarations: those of the outline, or the others.</summary>
        private bool HaveTheSame(SyntaxNode one, SyntaxNode other, bool areOutside)
        {
            ChildSyntaxList children = one.ChildNodesAndTokens();
            ChildSyntaxList otherChildren = other.ChildNodesAndTokens();
            int i = 0;
            int j = 0;
            while (true)
            {
                i = Skip(one, children, i, areOutside);
                j = Skip(other, otherChildren, j, areOutside);
                if (i == children.Count || j == otherChildren.Count)
                {
                    return i == children.Count && j == otherChildren.Count;
                }

                bool isSame = (children[i].AsNode(), otherChildren[j].AsNode()) switch
                {
                    (null, null) => AreTheSame(children[i].AsToken(), otherChildren[j].AsToken()),
                    ({ } child, { } otherChild) => DeclareTheSame(child, otherChild),
                    _ => false,
                };
                if (!isSame)
                {
                    return false;
                }

                i++;
                j++;
            }
        }

        private int Skip(SyntaxNode parent, ChildSyntaxList children, int index, bool areOutside)
        {
            while (index < children.Count && IsOutside(parent, children[index]) != areOutside)
            {
                index++;
            }

            return index;
        }

        /// <summary>
        /// Whether a part of a declaration isn't part of the outline: of a record, the members; of others, what no event can depend on. An edit
        /// that makes an expression elsewhere invalid, such as the <c>nameof</c> of a renamed method, doesn't count: the compiler reports that.
        /// </summary>
        private bool IsOutside(SyntaxNode parent, SyntaxNodeOrToken child)
        {
            // #nullable disable holds to the end of the file.
            if (child.ContainsDirectives)
            {
                return false;
            }

            return IsOutsideByKind(parent, child) && !MayHideConstant(child.AsNode());
        }

        private static bool IsOutsideByKind(SyntaxNode parent, SyntaxNodeOrToken child) => parent switch
        {
            CompilationUnitSyntax => child.IsKind(SyntaxKind.GlobalStatement),
            RecordDeclarationSyntax record => IsMemberOfRecord(record, child),
            TypeDeclarationSyntax => child.AsNode() switch
            {
                // DerivedValidation looks for it.
                MethodDeclarationSyntax { Identifier.ValueText: "IsValid" } => false,
                MethodDeclarationSyntax or PropertyDeclarationSyntax or IndexerDeclarationSyntax or EventDeclarationSyntax
                    or EventFieldDeclarationSyntax or OperatorDeclarationSyntax or ConversionOperatorDeclarationSyntax
                    or DestructorDeclarationSyntax or IncompleteMemberSyntax => true,
                FieldDeclarationSyntax field => !field.Modifiers.Any(SyntaxKind.ConstKeyword),
                _ => false,
            },
            _ => false,
        };

        /// <summary>Whether a member has the name of a constant, and so may decide what that name means elsewhere.</summary>
        private bool MayHideConstant(SyntaxNode? member) => member switch
        {
            null or GlobalStatementSyntax => false,
            MethodDeclarationSyntax method => IsConstant(method.Identifier),
            PropertyDeclarationSyntax property => IsConstant(property.Identifier),
            EventDeclarationSyntax @event => IsConstant(@event.Identifier),
            BaseFieldDeclarationSyntax field => field.Declaration.Variables.Any(variable => IsConstant(variable.Identifier)),
            ParameterListSyntax parameters => parameters.Parameters.Any(parameter => IsConstant(parameter.Identifier)),
            _ => false,
        };

        private bool IsConstant(SyntaxToken name) => outline.Constants(trees).Contains(name.ValueText);

        /// <summary>What any event can name of a record are its head, its constants and its types.</summary>
        private static bool IsMemberOfRecord(RecordDeclarationSyntax record, SyntaxNodeOrToken child) => child.AsNode() switch
        {
            null => child.IsKind(SyntaxKind.OpenBraceToken) || child.IsKind(SyntaxKind.CloseBraceToken) || child.IsKind(SyntaxKind.SemicolonToken),
            ParameterListSyntax => true,

            // The calls of a nested event copy attributes of the types around it.
            AttributeListSyntax => !record.Members.Any(static member => member is BaseTypeDeclarationSyntax),
            BaseTypeDeclarationSyntax or DelegateDeclarationSyntax => false,
            FieldDeclarationSyntax field => !field.Modifiers.Any(SyntaxKind.ConstKeyword),
            MemberDeclarationSyntax => true,
            _ => false,
        };

        /// <summary>The first statement of a program declares the class <c>Program</c>.</summary>
        private static bool HasStatements(SyntaxNode node) =>
            node is CompilationUnitSyntax { Members: var members } && members.Any(static member => member is GlobalStatementSyntax);

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

    /// <summary>The names of all constants and enum members.</summary>
    private static HashSet<string> ConstantsOf(ImmutableArray<SyntaxTree> trees)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (SyntaxTree tree in trees)
        {
            IEnumerable<SyntaxNode> declarations = tree.GetRoot().DescendantNodes(static node =>
                node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or BaseTypeDeclarationSyntax);
            foreach (SyntaxNode declaration in declarations)
            {
                if (declaration is EnumMemberDeclarationSyntax member)
                {
                    names.Add(member.Identifier.ValueText);
                }
                else if (declaration is FieldDeclarationSyntax field && field.Modifiers.Any(SyntaxKind.ConstKeyword))
                {
                    names.UnionWith(field.Declaration.Variables.Select(static variable => variable.Identifier.ValueText));
                }
            }
        }

        return names;
    }
}
