using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Model;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>The properties of a record that have validation attributes, or that are flattened and may lead to some.</summary>
internal sealed class ValidatedRecord
{
    private readonly Dictionary<string, ValidatedProperty> _byName = [];
    private readonly Dictionary<string, ValidatedProperty?> _byTrackParameter = [];

    /// <summary>Reads a record and its bases.</summary>
    public ValidatedRecord(INamedTypeSymbol type, RecordCatalog records)
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
    public ValidatedProperty? FindProperty(string name) => _byName.TryGetValue(name, out ValidatedProperty? property) ? property : null;

    /// <summary>The property that a parameter of the event's generated calls sets, if it has rules.</summary>
    public ValidatedProperty? FindByTrackParameter(string name) => _byTrackParameter.TryGetValue(name, out ValidatedProperty? property) ? property : null;

    private static ValidatedProperty? Read(DeclaredProperty property, PropertyAnnotations annotations)
    {
        if (annotations.IsIgnored)
        {
            return null;
        }

        if (annotations.IsFlattened)
        {
            return property.Type.WithoutNullable(out _) is INamedTypeSymbol record && record.IsRecordType()
                ? new ValidatedProperty(property.Name, EquatableArray<ValidationRule>.Empty, record)
                : null;
        }

        if (annotations.Rules is null || ValueParser.Parse(property.Type, 0, 0) is not { } value)
        {
            return null;
        }

        EquatableArray<ValidationRule> rules = ValidationAttributeParser.Parse(annotations.Rules, property.Type, value);
        return rules.Count > 0 ? new ValidatedProperty(property.Name, rules, null) : null;
    }

    private void Add(ValidatedProperty property)
    {
        _byName.Add(property.Name, property);

        // Two properties whose names differ in case alone: which of them a parameter is, doesn't show.
        string parameter = ParameterList.NameOf(property.Name);
        _byTrackParameter[parameter] = _byTrackParameter.ContainsKey(parameter) ? null : property;
    }
}

/// <summary>A property with its rules, or with the record that is flattened.</summary>
internal sealed record ValidatedProperty(string Name, EquatableArray<ValidationRule> Rules, INamedTypeSymbol? Flattened);
