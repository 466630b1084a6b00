using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Parsing;

/// <summary>Where a record's properties go in an event: the event itself, or a property with <c>[Flatten]</c>, at any depth.</summary>
internal sealed class FlattenScope
{
    private static readonly ResultCache<(string First, string Second), string> Joined = new(static parts => parts.First + parts.Second);

    private readonly FlattenScope? _outer;
    private readonly INamedTypeSymbol _type;
    private readonly WireNames _wireNames;
    private readonly FlattenScope _outermost;
    private List<INamedTypeSymbol>? _flattened;

    /// <summary>Makes the scope of an event.</summary>
    public FlattenScope(INamedTypeSymbol eventType)
    {
        _type = eventType;
        _wireNames = new WireNames();
        _outermost = this;
        Prefix = "";
    }

    private FlattenScope(FlattenScope outer, INamedTypeSymbol type, string prefix, IPropertySymbol? property)
    {
        _outer = outer;
        _type = type;
        _wireNames = outer._wireNames;
        _outermost = outer._outermost;
        Prefix = prefix;
        Through = outer.Through ?? property;
    }

    /// <summary>The prefix of the wire names, including the prefixes of enclosing scopes.</summary>
    public string Prefix { get; }

    /// <summary>The prefix of a record that is flattened here without an explicit one: <c>ship_to_</c>.</summary>
    public string PrefixOf(string wireName) => WithPrefix(Joined.Get((wireName, "_")));

    /// <summary>The event's own property that leads here, where symbols are read.</summary>
    public IPropertySymbol? Through { get; }

    /// <summary>The records that the event flattens, at any depth, in the order in which they are found.</summary>
    public IReadOnlyList<INamedTypeSymbol> Flattened => (IReadOnlyList<INamedTypeSymbol>?)_outermost._flattened ?? [];

    /// <summary>The wire name of a property in this scope, or the prefix of what is flattened here.</summary>
    public string WithPrefix(string name) => Prefix.Length == 0 ? name : Joined.Get((Prefix, name));

    /// <summary>Takes a wire name, if no other property of the event has it.</summary>
    public bool TryTake(string wireName) => _wireNames.TryAdd(wireName);

    /// <summary>
    /// Gives the scope of a record that is flattened here, or <see langword="null"/> where this one is within that record already.
    /// A generic record is looked at by its definition: within itself its type arguments could grow without end.
    /// </summary>
    public FlattenScope? TryEnter(INamedTypeSymbol record, string prefix, IPropertySymbol? property)
    {
        if (!CanEnter(record))
        {
            return null;
        }

        (_outermost._flattened ??= []).Add(record);
        return new FlattenScope(this, record, prefix, property);
    }

    /// <summary>Whether a record can be flattened here.</summary>
    public bool CanEnter(INamedTypeSymbol record)
    {
        for (FlattenScope? scope = this; scope is not null; scope = scope._outer)
        {
            if (SymbolEqualityComparer.Default.Equals(scope._type.OriginalDefinition, record.OriginalDefinition))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>The wire names of an event. Most events have few, and a linear search is cheaper than a set.</summary>
internal sealed class WireNames
{
    private const int MaxListed = 20;

    private readonly List<string> _listed = new(16);
    private HashSet<string>? _set;

    /// <summary>Adds a name unless the event already has it.</summary>
    public bool TryAdd(string name)
    {
        if (_set is not null)
        {
            return _set.Add(name);
        }

        if (_listed.Contains(name))
        {
            return false;
        }

        _listed.Add(name);
        _set = _listed.Count > MaxListed ? [.. _listed] : null;
        return true;
    }
}
