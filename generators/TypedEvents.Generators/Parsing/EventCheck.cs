using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedEvents.Generators.Parsing;

/// <summary>
/// Which types can be events, by their declaration. The generator skips what isn't valid; an analyzer that passes a list gets all
/// flaws, by the same check. What is wrong with properties is found by <see cref="EventModelBuilder"/>, which takes the same list.
/// </summary>
internal static class EventCheck
{
    /// <summary>Checks a type that has <c>[EngageEvent]</c>.</summary>
    /// <param name="type">The type.</param>
    /// <param name="eventName">The name that its attribute gives.</param>
    /// <param name="findings">Takes every flaw; <see langword="null"/> to stop at the first.</param>
    /// <returns>Whether it is valid.</returns>
    public static bool IsValid(INamedTypeSymbol type, string? eventName, EventFindings? findings)
    {
        bool isValid = true;
        if (!type.IsRecord && IsEnough(EventFlawKind.NotARecord, type))
        {
            return false;
        }

        for (INamedTypeSymbol? current = type; current is not null; current = current.ContainingType)
        {
            if (current.Name.Length == 0 && IsEnough(EventFlawKind.Nameless, current))
            {
                return false;
            }

            if (!IsPartial(current) && IsEnough(EventFlawKind.NotPartial, current))
            {
                return false;
            }

            if (current.Arity > 0 && IsEnough(EventFlawKind.Generic, current))
            {
                return false;
            }

            if (current.IsFileLocal && IsEnough(EventFlawKind.FileLocal, current))
            {
                return false;
            }
        }

        for (INamespaceSymbol? space = type.ContainingNamespace; space is { IsGlobalNamespace: false }; space = space.ContainingNamespace)
        {
            if (space.Name.Length == 0 && IsEnough(EventFlawKind.Nameless, space))
            {
                return false;
            }
        }

        if (FindEventAmongAncestors(type) is { } ancestor && IsEnough(EventFlawKind.DerivesFromEvent, ancestor))
        {
            return false;
        }

        if (ImplementsEvent(type) && FindOwnImplementation(type) is { } implementation && IsEnough(EventFlawKind.ImplementsEventItself, implementation))
        {
            return false;
        }

        if (!IsEventName(eventName) && IsEnough(EventFlawKind.BadEventName, type))
        {
            return false;
        }

        return isValid;

        // Without a list, the first flaw is enough.
        bool IsEnough(EventFlawKind kind, ISymbol symbol)
        {
            isValid = false;
            findings?.Add(new EventFlaw(kind, symbol));
            return findings is null;
        }
    }

    /// <summary>EngageLab accepts lowercase ASCII letters, digits and <c>_</c>; the first character must be a letter.</summary>
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

    /// <summary>The nearest base record that is an event.</summary>
    public static INamedTypeSymbol? FindEventAmongAncestors(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? ancestor = type.BaseRecord(); ancestor is not null; ancestor = ancestor.BaseRecord())
        {
            if (IsEvent(ancestor))
            {
                return ancestor;
            }
        }

        return null;
    }

    /// <summary>A type of this compilation has the attribute, one of another assembly has the interface as well.</summary>
    public static bool IsEvent(ITypeSymbol type) => type.FindAnnotation() is not null || ImplementsEvent(type);

    public static bool IsPartial(INamedTypeSymbol type)
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

    /// <summary>Whether a type has the library's interface: of an event of this compilation, the generator writes it.</summary>
    public static bool ImplementsEvent(ITypeSymbol type)
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

    /// <summary>A member that implements the library's interface and that the generator didn't write: analyzers see its output, too.</summary>
    private static ISymbol? FindOwnImplementation(INamedTypeSymbol type)
    {
        foreach (ISymbol member in type.GetMembers())
        {
            if (member is IMethodSymbol { ExplicitInterfaceImplementations: [{ ContainingType: { } contract }, ..] } method
                && contract.IsLibraryInterface()
                && !IsGenerated(method.AssociatedSymbol ?? method))
            {
                return method.AssociatedSymbol ?? method;
            }
        }

        return null;
    }

    /// <summary>Whether the generator wrote a member.</summary>
    public static bool IsGenerated(ISymbol member)
    {
        foreach (AttributeData attribute in member.GetAttributes())
        {
            if (attribute.Has(AttributeRole.GeneratedCode) && attribute.FirstArgument() == "TypedEvents.Generators")
            {
                return true;
            }
        }

        return false;
    }
}
