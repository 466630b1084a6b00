using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedEvents.Generators.Model;

namespace TypedEvents.Generators.Parsing.Plain;

/// <summary>
/// Makes the model of a plain record. It is the one that <see cref="EventParser"/> makes of its symbols, at an eighth of the cost; what is
/// invalid, or not certain, is left to that.
/// </summary>
internal static class PlainEventParser
{
    /// <summary>Makes the model of an event, or gives <see langword="null"/> where it isn't both plain and valid.</summary>
    /// <param name="type">The event.</param>
    /// <param name="annotation">Its <c>[EngageEvent]</c>.</param>
    /// <param name="declaration">Its declaration.</param>
    /// <param name="model">The semantic model of its file.</param>
    public static EventModel? TryParse(INamedTypeSymbol type, AttributeData annotation, RecordDeclarationSyntax declaration, SemanticModel model)
    {
        string? eventName = annotation.FirstArgument();
        if (PlainRecord.TryRead(type, declaration, model) is not { } record || !EventCheck.IsValid(type, eventName, null))
        {
            return null;
        }

        return TryParse(record.Properties, WireDefaults.Of(model.Compilation.Assembly)) is { } properties
            ? EventParser.Compose(type, annotation, eventName!, !record.HasEventName, false, properties, ParseTrackMethods(type, record))
            : null;
    }

    private static EquatableArray<PropertyModel>? TryParse(List<PlainProperty> all, WireDefaults defaults)
    {
        var sent = new List<PropertyModel>(all.Count);
        foreach (PlainProperty property in all)
        {
            if (property.IsIgnored)
            {
                continue;
            }

            string wireName = property.WireName ?? defaults.WireNameOf(property.Name);
            if (IsTaken(wireName, sent) || ValueParser.Parse(property.Type, defaults.Boolean, defaults.Date) is not { } value)
            {
                return null;
            }

            sent.Add(new PropertyModel(property.Name, wireName, value, EquatableArray<RuleModel>.Empty));
        }

        return EquatableArray.From(sent);
    }

    private static bool IsTaken(string wireName, List<PropertyModel> properties)
    {
        foreach (PropertyModel property in properties)
        {
            if (property.WireName == wireName)
            {
                return true;
            }
        }

        return false;
    }

    private static TrackMethodsModel? ParseTrackMethods(INamedTypeSymbol type, PlainRecord record) =>
        TrackMethodsParser.CanBeCalled(type, out bool isPublic)
            ? TrackMethodsParser.Parse(
                type,
                isPublic,
                record.Constructor,
                record.Required,
                ObsoleteMark.TakenOverFrom(TrackMethodsParser.WithContainers(type)))
            : null;
}
