using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace TypedEvents.Generators.Parsing;

/// <summary>What <c>[EventProperty]</c> and <c>[EventIgnore]</c> say of a property.</summary>
/// <param name="IsIgnored">Whether the property is left out.</param>
/// <param name="WireName">Its explicit name.</param>
/// <param name="Boolean">The number of its <c>BooleanFormat</c>, where it is set.</param>
/// <param name="Date">The number of its <c>DateFormat</c>, where it is set.</param>
internal readonly record struct PropertyAnnotations(bool IsIgnored, string? WireName, int? Boolean, int? Date)
{
    /// <summary>
    /// Reads a property's annotations, from itself or from the positional parameter that it stands for. An override takes
    /// those of its base unless it has its own.
    /// </summary>
    /// <param name="property">The property.</param>
    /// <param name="type">The event, which may have a positional parameter for a property of its base.</param>
    /// <param name="parameters">The positional parameters of the event and its bases.</param>
    public static PropertyAnnotations Of(IPropertySymbol property, INamedTypeSymbol type, PositionalParameters parameters)
    {
        INamedTypeSymbol? from = type;
        for (IPropertySymbol? declaration = property; declaration is not null; declaration = declaration.OverriddenProperty)
        {
            if (TryRead(declaration.GetAttributes(), out PropertyAnnotations annotations))
            {
                return annotations;
            }

            while (from is not null && !parameters.IsEmpty)
            {
                foreach (IParameterSymbol parameter in parameters.Find(from, property.Name))
                {
                    if (TryRead(parameter.GetAttributes(), out annotations))
                    {
                        return annotations;
                    }
                }

                bool declaresIt = SymbolEqualityComparer.Default.Equals(from, declaration.ContainingType);
                from = from.BaseType;
                if (declaresIt)
                {
                    break;
                }
            }
        }

        return default;
    }

    private static bool TryRead(ImmutableArray<AttributeData> attributes, out PropertyAnnotations annotations)
    {
        annotations = default;
        bool found = false;
        foreach (AttributeData attribute in attributes)
        {
            if (attribute.IsLibraryAttribute("EventIgnoreAttribute"))
            {
                annotations = annotations with { IsIgnored = true };
                found = true;
            }
            else if (attribute.IsLibraryAttribute("EventPropertyAttribute"))
            {
                annotations = annotations with
                {
                    WireName = attribute.FirstArgument(),
                    Boolean = attribute.NamedEnum("Boolean"),
                    Date = attribute.NamedEnum("Date"),
                };
                found = true;
            }
        }

        return found;
    }
}
