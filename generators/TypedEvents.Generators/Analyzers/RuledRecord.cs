using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Model;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>The properties of a record that have value rules, or that are flattened and may lead to some.</summary>
internal sealed class RuledRecord
{
    private readonly Dictionary<string, RuledProperty> _byName = [];
    private readonly Dictionary<string, RuledProperty?> _byTrackParameter = [];

    /// <summary>Reads a record and its bases.</summary>
    public RuledRecord(INamedTypeSymbol type, RecordCatalog records)
    {
        DeclaredRecord record = records.Read(type);
        var seen = new HashSet<string>();
        for (DeclaredRecord? declaring = record; declaring is not null; declaring = declaring.Base)
        {
            foreach (DeclaredProperty property in declaring.Properties)
            {
                // The most derived declaration comes first.
                if (seen.Add(property.Name) && Read(property, PropertyAnnotations.Of(record, declaring, property)) is { } ruled)
                {
                    Add(ruled);
                }
            }
        }
    }

    /// <summary>A property by its name, if it has rules.</summary>
    public RuledProperty? FindProperty(string name) => _byName.TryGetValue(name, out RuledProperty? property) ? property : null;

    /// <summary>The property that a parameter of the event's generated calls sets, if it has rules.</summary>
    public RuledProperty? FindByTrackParameter(string name) => _byTrackParameter.TryGetValue(name, out RuledProperty? property) ? property : null;

    private static RuledProperty? Read(DeclaredProperty property, PropertyAnnotations annotations)
    {
        if (annotations.IsIgnored)
        {
            return null;
        }

        if (annotations.IsFlattened)
        {
            return property.Type.WithoutNullable(out _) is INamedTypeSymbol record && record.IsRecordType()
                ? new RuledProperty(property.Name, EquatableArray<RuleModel>.Empty, record)
                : null;
        }

        if (annotations.Rules is null || ValueParser.Parse(property.Type, 0, 0) is not { } value)
        {
            return null;
        }

        EquatableArray<RuleModel> rules = RuleParser.Parse(annotations.Rules, property.Type, value);
        return rules.Count > 0 ? new RuledProperty(property.Name, rules, null) : null;
    }

    private void Add(RuledProperty property)
    {
        _byName.Add(property.Name, property);

        // Two properties whose names differ in case alone: which of them a parameter is, doesn't show.
        string parameter = ParameterList.NameOf(property.Name);
        _byTrackParameter[parameter] = _byTrackParameter.ContainsKey(parameter) ? null : property;
    }
}

/// <summary>A property with its rules, or with the record that is flattened.</summary>
internal sealed record RuledProperty(string Name, EquatableArray<RuleModel> Rules, INamedTypeSymbol? Flattened);
