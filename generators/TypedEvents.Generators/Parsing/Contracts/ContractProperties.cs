using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Model;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Parsing;

/// <summary>Writes the properties of a contract, those of flattened records in their place.</summary>
/// <param name="json">What they are written to.</param>
/// <param name="records">The records that are flattened.</param>
internal sealed class ContractProperties(JsonWriter json, RecordCatalog records)
{
    /// <summary>Writes the properties of an event.</summary>
    /// <param name="record">The event, as either reader has read it.</param>
    /// <param name="properties">What is sent of it.</param>
    public void Add(DeclaredRecord record, EquatableArray<PropertyModel> properties) => Add(record, properties, Surroundings.None);

    private void Add(DeclaredRecord record, EquatableArray<PropertyModel> properties, Surroundings around)
    {
        foreach (PropertyModel property in properties)
        {
            if (Find(record, property.Name, out DeclaredRecord? declaring) is not { } declared)
            {
                continue;
            }

            var annotations = PropertyAnnotations.Of(record, declaring!, declared);
            Surroundings inner = around.Enter(declared, property.Value, annotations, records);
            if (property.Value is not FlattenedModel flattened)
            {
                json.Open(property.WireName);
                Write(property, annotations, inner, DescriptionOf(record, declaring!, declared));
                json.Close();
            }
            else if (declared.Type.WithoutNullable(out _) is INamedTypeSymbol type)
            {
                Add(records.Read(type), flattened.Properties, inner);
            }
        }
    }

    private void Write(PropertyModel property, PropertyAnnotations annotations, Surroundings all, string? description)
    {
        AttributeUse? own = annotations.EventProperty;
        var value = WireValue.Of(property.Value);
        json.Add("member", all.Path)
            .Add("type", value.Type)
            .Add("format", value.Format)
            .Add("required", !all.IsOptional);
        new WireLimits(property, value).AddTo(json);
        json.Add("sensitivity", all.Sensitivity);
        if (all.Classifications is not null)
        {
            json.AddList("classifications", all.Classifications);
        }

        json.Add("deprecated", all.Deprecation)
            .Add("replacedBy", own?.NamedString("ReplacedBy"))
            .Add("description", own?.NamedString("Description") ?? description);
        if (own?.Named("Example") is { } example)
        {
            json.AddRawList("examples", ExamplesOf(example, value));
        }
    }

    private static IEnumerable<string> ExamplesOf(Constant example, WireValue value)
    {
        ImmutableArray<Constant> all = example.Kind != TypedConstantKind.Array ? ImmutableArray.Create(example) : example.IsNull ? ImmutableArray<Constant>.Empty : example.Values;
        return all
            .Where(static one => one is { Kind: TypedConstantKind.Primitive or TypedConstantKind.Enum, Value: not null })
            .Select(one => value.JsonOf(one.Value!))
            .OfType<string>();
    }

    /// <summary>The declaration of a property that counts, the nearest to the event.</summary>
    private static DeclaredProperty? Find(DeclaredRecord record, string name, out DeclaredRecord? declaring)
    {
        for (declaring = record; declaring is not null; declaring = declaring.Base)
        {
            if (declaring.FindProperty(name) is { } property)
            {
                return property;
            }
        }

        return null;
    }

    /// <summary>The summary of a property or of one that it overrides, or what the record that has it as a positional parameter says of that.</summary>
    private static string? DescriptionOf(DeclaredRecord record, DeclaredRecord declaring, DeclaredProperty property)
    {
        DeclaredProperty? declared = property;
        for (DeclaredRecord? level = declaring; level is not null && declared is not null; level = level.Base)
        {
            if (level.FindProperty(property.Name) is { } one)
            {
                if (level.Descriptions.OfProperty(property.Name) is { } text)
                {
                    return text;
                }

                declared = one.IsOverride ? one : null;
            }
        }

        for (DeclaredRecord? level = record; level is not null; level = level.Base)
        {
            if (level.Descriptions.OfParameter(property.Name) is { } text)
            {
                return text;
            }
        }

        return null;
    }

    /// <summary>What a property has from the flattened properties around it, and then its own.</summary>
    /// <param name="Path">The C# members that lead to it, with dots.</param>
    /// <param name="IsOptional">Whether one of them may be null, or the default of a list, which counts as null. Code without nullable annotations promises no value of a reference type.</param>
    /// <param name="Sensitivity">Its sensitivity, the nearest that is set.</param>
    /// <param name="Classifications">Its data classifications, all of them.</param>
    /// <param name="Deprecation">The nearest deprecation's message, empty for one without.</param>
    private readonly record struct Surroundings(string? Path, bool IsOptional, string? Sensitivity, IReadOnlyList<string>? Classifications, string? Deprecation)
    {
        public static readonly Surroundings None = new(null, false, null, null, null);

        public Surroundings Enter(DeclaredProperty property, ValueModel value, PropertyAnnotations annotations, RecordCatalog records) => new(
            Path is null ? property.Name : $"{Path}.{property.Name}",
            IsOptional || !IsAlwaysSent(property.Type) || value is ListModel { Source: ListSource.ImmutableArray or ListSource.ArraySegment },
            SensitivityOf(annotations.Sensitivity) ?? Sensitivity,
            annotations.Classifications is { } own ? [.. Classifications ?? [], .. own.Select(use => records.Classifications.Of(use.Class)).OfType<string>()] : Classifications,
            annotations.Obsolete is { } obsolete ? obsolete.FirstString ?? "" : annotations.IsObsolete ? "" : Deprecation);

        private static bool IsAlwaysSent(ITypeSymbol type) =>
            type.IsValueType ? type.OriginalDefinition.SpecialType != SpecialType.System_Nullable_T : type.NullableAnnotation == NullableAnnotation.NotAnnotated;

        private static string? SensitivityOf(AttributeUse? attribute) => attribute?.Arguments is [{ Kind: TypedConstantKind.Enum, Value: int value }]
            ? value switch
            {
                0 => "personal",
                1 => "sensitive",
                _ => null,
            }
            : null;
    }
}
