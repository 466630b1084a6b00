using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedEvents.Generators.Parsing;

/// <summary>Resolves simple names of types in a record.</summary>
/// <remarks>
/// Names are looked up where the record stands, and not in its parameters, since there the compiler would make all members of it. Most
/// events stand in one namespace below the same <c>using</c> directives and name the same few types and attributes, so a compilation
/// looks each up once: to look up an attribute costs 2 KB.
/// </remarks>
/// <param name="type">The record.</param>
/// <param name="declaration">Its declaration.</param>
/// <param name="model">The semantic model of its file.</param>
/// <param name="catalog">Caches the results for this compilation.</param>
internal sealed class NameScope(INamedTypeSymbol type, RecordDeclarationSyntax declaration, SemanticModel model, RecordCatalog catalog)
{
    /// <summary>Syntax never changes, and is the same from one compilation to the next.</summary>
    private static readonly ConditionalWeakTable<SyntaxNode, string> KnownImports = new();

    private string? _imports;

    /// <summary>The only type or namespace that a name refers to; <see langword="null"/> if there are none or several.</summary>
    public ISymbol? Find(string name)
    {
        for (INamedTypeSymbol? scope = type; scope is { SpecialType: SpecialType.None }; scope = scope.BaseType)
        {
            ImmutableArray<INamedTypeSymbol> nested = scope.GetTypeMembers(name);
            if (!nested.IsEmpty)
            {
                return nested.Length == 1 ? nested[0] : null;
            }
        }

        var key = new NameKey(_imports ??= Imports(), type.ContainingSymbol, name);
        if (!catalog.Names.TryGetValue(key, out ISymbol? symbol))
        {
            symbol = FindIn(null, name);
            catalog.Names.TryAdd(key, symbol);
        }

        return symbol;
    }

    /// <summary>The only type or namespace of this name in a type or namespace.</summary>
    public ISymbol? FindIn(INamespaceOrTypeSymbol? container, string name) =>
        model.LookupNamespacesAndTypes(declaration.Identifier.SpanStart, container, name) is [var symbol] ? symbol : null;

    private string Imports()
    {
        SyntaxNode around = declaration;
        while (around is not (BaseNamespaceDeclarationSyntax or CompilationUnitSyntax))
        {
            around = around.Parent!;
        }

        return KnownImports.GetValue(around, static around => ReadImports(around));
    }

    /// <summary>All <c>using</c> directives in effect. A file with file-local types shares its key with no other file.</summary>
    private static string ReadImports(SyntaxNode around)
    {
        var imports = new StringBuilder();
        for (SyntaxNode? space = around; space is not null; space = space.Parent)
        {
            (SyntaxList<ExternAliasDirectiveSyntax> externs, SyntaxList<UsingDirectiveSyntax> usings, SyntaxList<MemberDeclarationSyntax> members) = space switch
            {
                BaseNamespaceDeclarationSyntax inner => (inner.Externs, inner.Usings, inner.Members),
                CompilationUnitSyntax unit => (unit.Externs, unit.Usings, unit.Members),
                _ => default,
            };
            foreach (ExternAliasDirectiveSyntax directive in externs)
            {
                imports.Append(directive);
            }

            foreach (UsingDirectiveSyntax directive in usings)
            {
                imports.Append(directive);
            }

            imports.Append('|');
            if (members.Any(static member => member.Modifiers.Any(SyntaxKind.FileKeyword)))
            {
                imports.Append(space.SyntaxTree.FilePath).Append('|').Append(space.SyntaxTree.GetText().GetHashCode());
            }
        }

        return imports.ToString();
    }
}

/// <summary>The key of a resolved name.</summary>
internal readonly struct NameKey(string imports, ISymbol container, string name) : IEquatable<NameKey>
{
    private readonly string _imports = imports;
    private readonly ISymbol _container = container;
    private readonly string _name = name;

    public bool Equals(NameKey other) =>
        _name == other._name && SymbolEqualityComparer.Default.Equals(_container, other._container) && _imports == other._imports;

    public override bool Equals(object? obj) => obj is NameKey other && Equals(other);

    public override int GetHashCode() => unchecked((_name.GetHashCode() * 31) + _imports.Length);
}
