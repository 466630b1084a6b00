using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedEvents.Generators.Parsing;

/// <summary>
/// Identifies the declarations of a compilation that events depend on. Two compilations have the same version only if they differ in nothing
/// but method bodies, plain comments and members that no event of another declaration can depend on, so whatever was read from declarations
/// under one holds under the other. A model is remembered with the node of its own declaration as well.
/// </summary>
/// <remarks>
/// <para>
/// Most keystrokes change a method body, a member of a class, or one event. Without this, each of them would read every event again, because
/// the driver can't know what a transform depends on.
/// </para>
/// <para>
/// Which members no event can depend on, is in <see cref="IsIrrelevant"/>. Constants, enums, nested types and constructors always count, as do
/// members that have the name of a constant, usings, the heads of types, and all of a record that an event derives from or flattens
/// (<see cref="Shares"/>).
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

    /// <summary>
    /// The names of records that were read for another declaration. A name may stand for several records, which only makes more edits count.
    /// </summary>
    private readonly ConcurrentDictionary<string, bool> _shared = new();

    private readonly ImmutableArray<SyntaxTree> _trees;
    private HashSet<string>? _constants;

    private DeclarationVersion(ImmutableArray<SyntaxTree> trees) => _trees = trees;

    /// <summary>Notes that an event depends on the members of a record that its own declaration doesn't have. Do it before they are read.</summary>
    public void AddShared(INamedTypeSymbol record)
    {
        if (!_shared.ContainsKey(record.Name))
        {
            _shared.TryAdd(record.Name, true);
        }
    }

    /// <summary>Notes what else an event depends on: its base records and, if it or a type around it has several parts, all of them.</summary>
    public void AddSharedOf(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? part = type; part is not null; part = part.ContainingType)
        {
            if (part.DeclaringSyntaxReferences.Length > 1)
            {
                AddShared(part);
            }
        }

        for (INamedTypeSymbol? ancestor = type.BaseRecord(); ancestor is not null; ancestor = ancestor.BaseRecord())
        {
            AddShared(ancestor);
        }
    }

    /// <summary>Gives the version of a compilation.</summary>
    public static DeclarationVersion Of(Compilation compilation) => Known.GetValue(compilation, static compilation => Make((CSharpCompilation)compilation));

    private static DeclarationVersion Make(CSharpCompilation compilation)
    {
        var state = new State(compilation);
        if (state.Trees.IsEmpty)
        {
            return new DeclarationVersion(state.Trees);
        }

        Latest first = ByTree.GetOrCreateValue(state.Trees[0]);
        Latest last = ByTree.GetOrCreateValue(state.Trees[state.Trees.Length - 1]);
        DeclarationVersion version = first.FindVersion(state) ?? last.FindVersion(state) ?? new DeclarationVersion(state.Trees);
        first.Set(state, version);
        last.Set(state, version);
        return version;
    }

    private sealed class Latest
    {
        private Entry? _entry;

        public DeclarationVersion? FindVersion(State state) =>
            Volatile.Read(ref _entry) is { } entry && entry.State.DeclaresTheSameAs(state, entry.Version) ? entry.Version : null;

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

        public bool DeclaresTheSameAs(State other, DeclarationVersion version)
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
                        && version.DeclareTheSame(tree.GetRoot(), otherTree.GetRoot())))
                {
                    return false;
                }
            }

            return true;
        }
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

        ChildSyntaxList children = one.ChildNodesAndTokens();
        ChildSyntaxList otherChildren = other.ChildNodesAndTokens();
        int i = 0;
        int j = 0;
        while (true)
        {
            i = SkipIrrelevant(one, children, i);
            j = SkipIrrelevant(other, otherChildren, j);
            if (i == children.Count || j == otherChildren.Count)
            {
                return i == children.Count && j == otherChildren.Count && HasStatements(one) == HasStatements(other);
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

    private int SkipIrrelevant(SyntaxNode parent, ChildSyntaxList children, int index)
    {
        while (index < children.Count && IsIrrelevant(parent, children[index]))
        {
            index++;
        }

        return index;
    }

    /// <summary>
    /// Whether no event of another declaration can depend on a part of a declaration. An edit that makes an expression elsewhere invalid, such
    /// as the <c>nameof</c> of a renamed method, doesn't count: the compiler reports that.
    /// </summary>
    private bool IsIrrelevant(SyntaxNode parent, SyntaxNodeOrToken child)
    {
        // #nullable disable holds to the end of the file.
        if (child.ContainsDirectives)
        {
            return false;
        }

        return IsIrrelevantByKind(parent, child) && !MayHideConstant(child.AsNode());
    }

    private bool IsIrrelevantByKind(SyntaxNode parent, SyntaxNodeOrToken child) => parent switch
    {
        CompilationUnitSyntax => child.IsKind(SyntaxKind.GlobalStatement),
        RecordDeclarationSyntax record => !Shares(record) && IsIrrelevantInRecord(record, child),
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

    private bool IsConstant(SyntaxToken name) => (_constants ??= ConstantsOf(_trees)).Contains(name.ValueText);

    /// <summary>The names of all constants and enum members. They are the same in all compilations of a version.</summary>
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

    /// <summary>An event is read again where its own node changes. What others can name of it are its head, its constants and its types.</summary>
    private static bool IsIrrelevantInRecord(RecordDeclarationSyntax record, SyntaxNodeOrToken child) => child.AsNode() switch
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

    /// <summary>Whether an event may depend on the members of a record.</summary>
    private bool Shares(RecordDeclarationSyntax record) => _shared.ContainsKey(record.Identifier.ValueText);

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
