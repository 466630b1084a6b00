using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Model;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Parsing;

/// <summary>
/// Makes the contract of an event: what is sent from its model, and what people want to know from the record that the model was built from. Both
/// record readers give the same.
/// </summary>
internal static class ContractParser
{
    /// <summary>The version of the contract's format, which the tool checks first.</summary>
    private const int Version = 1;

    /// <summary>Makes the contract of a valid event.</summary>
    /// <param name="record">The event, as either reader has read it.</param>
    /// <param name="annotation">Its <c>[EngageEvent]</c>.</param>
    /// <param name="model">Its model.</param>
    /// <param name="records">The records that it flattens.</param>
    public static ContractModel Parse(DeclaredRecord record, AttributeData annotation, EventModel model, RecordCatalog records)
    {
        INamedTypeSymbol type = record.Type;
        string fullName = FullNameOf(type);
        JsonWriter json = new JsonWriter()
            .Open()
            .Add("plan", (int?)Version)
            .Add("event", model.Head.EventName)
            .Add("type", fullName)
            .Add("description", annotation.NamedText("Description") ?? record.Descriptions.Summary)
            .Add("owner", annotation.NamedText("Owner"))
            .AddList("tags", annotation.NamedTexts("Tags"))
            .Add("deprecated", DeprecationOf(type))
            .Add("replacedBy", annotation.NamedText("ReplacedBy"))
            .Open("properties");
        new ContractProperties(json, records).Add(record, model.Properties);
        return ContractModel.Of(type.Name, fullName, json.Close().Close().Finish());
    }

    /// <summary>The name as reflection writes it, so that the tool finds the type.</summary>
    public static string FullNameOf(INamedTypeSymbol type)
    {
        if (type.ContainingType is { } container)
        {
            return $"{FullNameOf(container)}+{type.MetadataName}";
        }

        return type.ContainingNamespace.IsGlobalNamespace ? type.MetadataName : $"{FullNameOf(type.ContainingNamespace)}.{type.MetadataName}";
    }

    private static string FullNameOf(INamespaceSymbol space) =>
        space.ContainingNamespace.IsGlobalNamespace ? space.MetadataName : $"{FullNameOf(space.ContainingNamespace)}.{space.MetadataName}";

    /// <summary>The deprecation's message, empty for one without; <see langword="null"/> where the event isn't deprecated.</summary>
    private static string? DeprecationOf(INamedTypeSymbol type)
    {
        foreach (AttributeData attribute in type.GetAttributes())
        {
            if (attribute.Has(AttributeRole.Obsolete))
            {
                return attribute.FirstArgument() ?? "";
            }
        }

        return null;
    }
}
