using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedEvents.Generators.Parsing;

/// <summary>The base and flattened records of a compilation, each read once however many events share it, and the assembly's defaults.</summary>
internal sealed class RecordCatalog
{
    private static readonly ConditionalWeakTable<Compilation, RecordCatalog> BySyntax = new();
    private static readonly ConditionalWeakTable<Compilation, RecordCatalog> BySymbols = new();

    private readonly bool _readsSyntax;
    private readonly Lazy<WireDefaults> _defaults;
    private readonly ConcurrentDictionary<INamedTypeSymbol, DeclaredRecord> _records = new(SymbolEqualityComparer.IncludeNullability);
    private readonly Lazy<ClassificationReader> _classifications;

    private RecordCatalog(Compilation compilation, bool readsSyntax)
    {
        Compilation = compilation;
        _defaults = new Lazy<WireDefaults>(() => WireDefaults.Of(compilation.Assembly));
        _readsSyntax = readsSyntax;
        _classifications = new Lazy<ClassificationReader>(() => new ClassificationReader(compilation));
    }

    public Compilation Compilation { get; }

    /// <summary>The types that names refer to, by their scope.</summary>
    public ConcurrentDictionary<NameKey, ISymbol?> Names { get; } = new();

    /// <summary>What the data classifications of the compilation's attributes are.</summary>
    public ClassificationReader Classifications => _classifications.Value;

    /// <summary>The settings of <c>[assembly: EngageEventDefaults]</c>.</summary>
    public WireDefaults Defaults => _defaults.Value;

    /// <summary>For the generator: records are read from their declarations where that is certain.</summary>
    public static RecordCatalog FromSyntax(Compilation compilation) =>
        BySyntax.GetValue(compilation, static compilation => new RecordCatalog(compilation, readsSyntax: true));

    /// <summary>For analyzers: records are read from their symbols, so that there is a place for what is found.</summary>
    public static RecordCatalog FromSymbols(Compilation compilation) =>
        BySymbols.GetValue(compilation, static compilation => new RecordCatalog(compilation, readsSyntax: false));

    /// <summary>What a base or flattened record declares.</summary>
    public DeclaredRecord Read(INamedTypeSymbol type)
    {
        INamedTypeSymbol key = type.IsGenericType ? type : type.OriginalDefinition;
        return _records.TryGetValue(key, out DeclaredRecord known) ? known : _records.GetOrAdd(key, Make);
    }

    /// <summary>What the base of a record declares, if it has one.</summary>
    public DeclaredRecord? ReadBaseOf(INamedTypeSymbol type) => type.BaseRecord() is { } baseRecord ? Read(baseRecord) : null;

    private DeclaredRecord Make(INamedTypeSymbol type) =>
        _readsSyntax
        && type is { DeclaringSyntaxReferences: [var reference], IsGenericType: false }
        && Compilation.ContainsSyntaxTree(reference.SyntaxTree)
        && reference.GetSyntax() is RecordDeclarationSyntax declaration
        && SyntaxRecordReader.TryRead(type, declaration, Compilation.GetSemanticModel(reference.SyntaxTree), this, isEvent: false) is { } record
            ? record
            : SymbolRecordReader.Read(type, this, isEvent: false);
}
