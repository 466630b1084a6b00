using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedEvents.Generators.Parsing;

/// <summary>
/// Which types can be events, by their declaration. The generator skips what isn't valid; an analyzer that passes a list gets all
/// flaws, by the same check. What is wrong with properties is found by <see cref="PropertyParser"/>, which takes the same list.
/// </summary>
internal static class EventCheck
{
    /// <summary>Checks a type that has <c>[EngageEvent]</c>.</summary>
    /// <param name="type">The type.</param>
    /// <param name="eventName">The name that its attribute gives.</param>
    /// <param name="flaws">Takes every flaw; <see langword="null"/> to stop at the first.</param>
    /// <returns>Whether it is valid.</returns>
    public static bool IsValid(INamedTypeSymbol type, string? eventName, List<EventFlaw>? flaws)
    {
        bool isValid = true;
        foreach ((EventFlawKind kind, ISymbol culprit) in Flaws(type, eventName))
        {
            isValid = false;
            if (flaws is null)
            {
                break;
            }

            flaws.Add(new EventFlaw(kind, culprit));
        }

        return isValid;
    }

    /// <summary>EngageLab takes lowercase ASCII letters, digits and <c>_</c>, the first a letter.</summary>
    public static bool IsEventName(string? name)
    {
        if (string.IsNullOrEmpty(name) || name![0] is < 'a' or > 'z')
        {
            return false;
        }

        foreach (char character in name)
        {
            if (character is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '_'))
            {
                return false;
            }
        }

        return true;
    }

    private static IEnumerable<(EventFlawKind Kind, ISymbol Culprit)> Flaws(INamedTypeSymbol type, string? eventName)
    {
        if (!type.IsRecord)
        {
            yield return (EventFlawKind.NotARecord, type);
        }

        for (INamedTypeSymbol? current = type; current is not null; current = current.ContainingType)
        {
            if (current.Name.Length == 0)
            {
                yield return (EventFlawKind.Nameless, current);
            }

            if (!IsPartial(current))
            {
                yield return (EventFlawKind.NotPartial, current);
            }

            if (current.Arity > 0)
            {
                yield return (EventFlawKind.Generic, current);
            }

            if (current.IsFileLocal)
            {
                yield return (EventFlawKind.FileLocal, current);
            }
        }

        for (INamespaceSymbol? space = type.ContainingNamespace; space is { IsGlobalNamespace: false }; space = space.ContainingNamespace)
        {
            if (space.Name.Length == 0)
            {
                yield return (EventFlawKind.Nameless, space);
            }
        }

        for (INamedTypeSymbol? ancestor = type.BaseRecord(); ancestor is not null; ancestor = ancestor.BaseRecord())
        {
            if (IsEvent(ancestor))
            {
                yield return (EventFlawKind.DerivesFromEvent, ancestor);
            }
        }

        if (ImplementsEvent(type) && FindOwnImplementation(type) is { } implementation)
        {
            yield return (EventFlawKind.ImplementsEventItself, implementation);
        }

        if (!IsEventName(eventName))
        {
            yield return (EventFlawKind.BadEventName, type);
        }
    }

    private static bool IsPartial(INamedTypeSymbol type)
    {
        foreach (SyntaxReference declaration in type.DeclaringSyntaxReferences)
        {
            if (declaration.GetSyntax() is not TypeDeclarationSyntax syntax || !syntax.Modifiers.Any(SyntaxKind.PartialKeyword))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A type of this compilation has the attribute, one of another assembly has the interface as well.</summary>
    private static bool IsEvent(INamedTypeSymbol type)
    {
        foreach (AttributeData attribute in type.GetAttributes())
        {
            if (attribute.IsLibraryAttribute("EngageEventAttribute"))
            {
                return true;
            }
        }

        return ImplementsEvent(type);
    }

    private static bool ImplementsEvent(INamedTypeSymbol type)
    {
        foreach (INamedTypeSymbol contract in type.AllInterfaces)
        {
            if (contract.IsLibraryInterface())
            {
                return true;
            }
        }

        return false;
    }

    private static ISymbol? FindOwnImplementation(INamedTypeSymbol type)
    {
        foreach (ISymbol member in type.GetMembers())
        {
            if (member is IMethodSymbol { ExplicitInterfaceImplementations: [{ ContainingType: { } contract }, ..] }
                && contract.IsLibraryInterface())
            {
                return member;
            }
        }

        return null;
    }
}
