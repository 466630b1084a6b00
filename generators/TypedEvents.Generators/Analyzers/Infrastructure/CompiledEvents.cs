using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>The annotated types of a compilation, each inspected once, whichever rule asks first.</summary>
internal sealed class CompiledEvents
{
    private static readonly ConditionalWeakTable<Compilation, CompiledEvents> Cache = new();

    private readonly Compilation _compilation;
    private readonly ConcurrentDictionary<INamedTypeSymbol, InspectedEvent> _inspected = new(SymbolEqualityComparer.Default);
    private readonly Lazy<Dictionary<string, List<InspectedEvent>>> _byName;
    private readonly Lazy<HashSet<ISymbol>> _flattened;
    private readonly Lazy<HashSet<ISymbol>> _enums;
    private readonly Lazy<ILookup<string, InspectedEvent>> _byTypeName;
    private readonly Lazy<ILookup<string, InspectedEvent>> _byCall;
    private readonly Lazy<ILookup<string, INamedTypeSymbol>> _compiledCalls;

    private CompiledEvents(Compilation compilation)
    {
        _compilation = compilation;
        _byName = new Lazy<Dictionary<string, List<InspectedEvent>>>(GroupByName);
        _flattened = new Lazy<HashSet<ISymbol>>(FindFlattened);
        _enums = new Lazy<HashSet<ISymbol>>(FindEnums);
        _byTypeName = new Lazy<ILookup<string, InspectedEvent>>(() => All.ToLookup(inspected => inspected.Type.Name));
        _byCall = new Lazy<ILookup<string, InspectedEvent>>(() => All.Where(inspected => inspected.HasCalls).ToLookup(inspected => inspected.CallName));
        _compiledCalls = new Lazy<ILookup<string, INamedTypeSymbol>>(() => CompiledCalls.In(_compilation));
    }

    /// <summary>The events of a compilation; <see langword="null"/> where it doesn't reference the library and so has none.</summary>
    public static CompiledEvents? TryFind(Compilation compilation) =>
        compilation.GetTypesByMetadataName(AnnotationNames.EngageEvent).IsEmpty
            ? null
            : Cache.GetValue(compilation, static compilation => new CompiledEvents(compilation));

    /// <summary>The findings about a type, if it has <c>[EngageEvent]</c>.</summary>
    public InspectedEvent? Find(INamedTypeSymbol type)
    {
        if (_inspected.TryGetValue(type, out InspectedEvent known))
        {
            return known;
        }

        // On anything else the attribute can't stand, as the compiler says.
        return type.TypeKind is TypeKind.Class or TypeKind.Struct && type.FindAnnotation() is { } annotation
            ? _inspected.GetOrAdd(type, type => new InspectedEvent(type, annotation, EventParser.Inspect(type, annotation, _compilation)))
            : null;
    }

    /// <summary>All of them whose name is a string.</summary>
    public IEnumerable<InspectedEvent> All => _byName.Value.Values.SelectMany(events => events);

    /// <summary>The events whose names differ from this in case at most.</summary>
    public IReadOnlyList<InspectedEvent> Named(string eventName) =>
        _byName.Value.TryGetValue(eventName, out List<InspectedEvent> events) ? events : [];

    /// <summary>The events of which the type itself has this name.</summary>
    public IEnumerable<InspectedEvent> WithTypeName(string name) => _byTypeName.Value[name];

    /// <summary>The events whose typed call has this name.</summary>
    public IEnumerable<InspectedEvent> WithCall(string name) => _byCall.Value[name];

    /// <summary>The classes in referenced assemblies that hold a typed call of this name.</summary>
    public IEnumerable<INamedTypeSymbol> CompiledClassesWithCall(string name) => _compiledCalls.Value[name];

    /// <summary>Whether a record is flattened into any of the events.</summary>
    public bool IsFlattened(INamedTypeSymbol record) => _flattened.Value.Contains(record.OriginalDefinition);

    /// <summary>Whether any of the events sends a value of an enum.</summary>
    public bool Sends(INamedTypeSymbol enumType) => _enums.Value.Contains(enumType);

    private HashSet<ISymbol> FindFlattened()
    {
        IEnumerable<INamedTypeSymbol> records = All
            .SelectMany(inspected => inspected.Findings.Flattened);
        return new HashSet<ISymbol>(records.Select(record => record.OriginalDefinition), SymbolEqualityComparer.Default);
    }

    private HashSet<ISymbol> FindEnums()
    {
        IEnumerable<INamedTypeSymbol?> enums = All
            .SelectMany(inspected => inspected.Findings.Sent)
            .Select(sent => sent.Property.Type.FindEnum());
        return new HashSet<ISymbol>(enums.OfType<INamedTypeSymbol>(), SymbolEqualityComparer.Default);
    }

    private Dictionary<string, List<InspectedEvent>> GroupByName()
    {
        var byName = new Dictionary<string, List<InspectedEvent>>(StringComparer.OrdinalIgnoreCase);
        AddTypesOf(_compilation.Assembly.GlobalNamespace, byName);
        return byName;
    }

    private void AddTypesOf(INamespaceOrTypeSymbol container, Dictionary<string, List<InspectedEvent>> byName)
    {
        foreach (INamedTypeSymbol type in container.GetTypeMembers())
        {
            if (MayBeAnnotated(type) && Find(type) is { EventName: { } eventName } inspected)
            {
                if (!byName.TryGetValue(eventName, out List<InspectedEvent>? events))
                {
                    byName.Add(eventName, events = []);
                }

                events.Add(inspected);
            }

            AddTypesOf(type, byName);
        }

        if (container is INamespaceSymbol space)
        {
            foreach (INamespaceSymbol inner in space.GetNamespaceMembers())
            {
                AddTypesOf(inner, byName);
            }
        }
    }

    /// <summary>Most types have no attribute at all, which the syntax knows without binding one.</summary>
    private static bool MayBeAnnotated(INamedTypeSymbol type)
    {
        foreach (SyntaxReference declaration in type.DeclaringSyntaxReferences)
        {
            if (declaration.GetSyntax() is TypeDeclarationSyntax { AttributeLists.Count: > 0 })
            {
                return true;
            }
        }

        return false;
    }
}
