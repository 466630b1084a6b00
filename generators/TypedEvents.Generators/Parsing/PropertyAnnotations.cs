using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace TypedEvents.Generators.Parsing;

/// <summary>What <c>[EventProperty]</c>, <c>[EventIgnore]</c> and <c>[Flatten]</c> say of a property, and its value rules.</summary>
/// <param name="IsIgnored">Whether the property is left out.</param>
/// <param name="IsFlattened">Whether the properties of its value are sent in its place.</param>
/// <param name="Prefix">The explicit prefix of those.</param>
/// <param name="WireName">Its explicit name.</param>
/// <param name="Boolean">The number of its <c>BooleanFormat</c>, where it is set.</param>
/// <param name="Date">The number of its <c>DateFormat</c>, where it is set.</param>
/// <param name="Rules">The attributes that are value rules, if there are any.</param>
internal readonly record struct PropertyAnnotations(
    bool IsIgnored,
    bool IsFlattened,
    string? Prefix,
    string? WireName,
    int? Boolean,
    int? Date,
    IReadOnlyList<AttributeData>? Rules)
{
    /// <summary>
    /// Reads a property's annotations, from itself or from the positional parameter that it stands for. An override takes
    /// those of its base unless it has its own; the same goes for value rules, apart from the others.
    /// </summary>
    /// <param name="property">The property.</param>
    /// <param name="type">The event, which may have a positional parameter for a property of its base.</param>
    /// <param name="parameters">The positional parameters of the event and its bases.</param>
    public static PropertyAnnotations Of(IPropertySymbol property, INamedTypeSymbol type, PositionalParameters parameters)
    {
        PropertyAnnotations annotations = default;
        bool found = false;
        INamedTypeSymbol? from = type;
        for (IPropertySymbol? declaration = property; declaration is not null; declaration = declaration.OverriddenProperty)
        {
            Read(declaration.GetAttributes(), ref annotations, ref found);
            while (from is not null && !parameters.IsEmpty)
            {
                foreach (IParameterSymbol parameter in parameters.Find(from, property.Name))
                {
                    Read(parameter.GetAttributes(), ref annotations, ref found);
                }

                bool declaresIt = SymbolEqualityComparer.Default.Equals(from, declaration.ContainingType);
                from = from.BaseType;
                if (declaresIt)
                {
                    break;
                }
            }
        }

        return annotations;
    }

    /// <summary>Takes over what a declaration nearer to the event doesn't say.</summary>
    private static void Read(ImmutableArray<AttributeData> attributes, ref PropertyAnnotations annotations, ref bool found)
    {
        bool isNearest = !found;
        List<AttributeData>? rules = null;
        foreach (AttributeData attribute in attributes)
        {
            if (isNearest && TryRead(attribute, ref annotations))
            {
                found = true;
            }
            else if (annotations.Rules is null && RuleParser.IsRule(attribute))
            {
                (rules ??= []).Add(attribute);
            }
        }

        annotations = rules is null ? annotations : annotations with { Rules = rules };
    }

    private static bool TryRead(AttributeData attribute, ref PropertyAnnotations annotations)
    {
        if (attribute.IsLibraryAttribute("EventIgnoreAttribute"))
        {
            annotations = annotations with { IsIgnored = true };
            return true;
        }

        if (attribute.IsLibraryAttribute("EventPropertyAttribute"))
        {
            annotations = annotations with
            {
                WireName = attribute.FirstArgument(),
                Boolean = attribute.NamedEnum("Boolean"),
                Date = attribute.NamedEnum("Date"),
            };
            return true;
        }

        if (attribute.IsLibraryAttribute("FlattenAttribute"))
        {
            annotations = annotations with { IsFlattened = true, Prefix = attribute.FirstArgument() };
            return true;
        }

        return false;
    }
}
