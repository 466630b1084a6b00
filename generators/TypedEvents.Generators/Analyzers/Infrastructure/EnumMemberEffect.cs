using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>Whether <c>[EventValue]</c> changes the name of a member in any event.</summary>
internal static class EnumMemberEffect
{
    /// <summary>Why <c>[EventValue]</c> has no effect on a field, as the end of a sentence; <see langword="null"/> where it has one.</summary>
    public static string? WhyNone(IFieldSymbol field, Compilation compilation)
    {
        INamedTypeSymbol type = field.ContainingType;
        if (type.TypeKind != TypeKind.Enum)
        {
            return $"'{type.Name}' is not an enum";
        }

        if (!field.HasConstantValue)
        {
            return null;
        }

        if (!EnumParser.CanBeSent(field))
        {
            return $"'{type.Name}' has [Flags], and only its members of a single bit are sent";
        }

        if (EnumParser.FindSent(field) is { } sent && !SymbolEqualityComparer.Default.Equals(sent, field))
        {
            return $"'{sent.Name}' has the same value, and its name is sent";
        }

        return IsVisibleElsewhere(type, compilation) || CompiledEvents.TryFind(compilation) is not { } events || events.Sends(type)
            ? null
            : $"no event sends a value of '{type.Name}'";
    }

    /// <summary>An enum that other projects can use may be sent by their events.</summary>
    private static bool IsVisibleElsewhere(INamedTypeSymbol type, Compilation compilation)
    {
        for (INamedTypeSymbol? current = type; current is not null; current = current.ContainingType)
        {
            if (current.DeclaredAccessibility is Accessibility.Private or Accessibility.ProtectedAndInternal)
            {
                return false;
            }

            if (current.DeclaredAccessibility == Accessibility.Internal && !KnownAttributes.HasAny(compilation.Assembly.GetAttributes(), AttributeRole.InternalsVisibleTo))
            {
                return false;
            }
        }

        return true;
    }
}
