using Microsoft.CodeAnalysis;

namespace TypedEvents.Generators.Parsing;

/// <summary>Types that the parser knows by name; attributes are in <see cref="KnownAttributes"/>.</summary>
internal static class AnnotationNames
{
    public const string EngageEvent = "TypedEvents.EngageEventAttribute";

    private const string Library = "TypedEvents";

    /// <summary>The <c>[EngageEvent]</c> of a type: the first, where a mistake gives it several.</summary>
    public static AttributeData? FindAnnotation(this ITypeSymbol type)
    {
        foreach (AttributeData attribute in type.GetAttributes())
        {
            if (attribute.Has(AttributeRole.Event))
            {
                return attribute;
            }
        }

        return null;
    }

    /// <summary>Whether a type is the library's of this name.</summary>
    public static bool IsInLibrary(this INamedTypeSymbol type, string name) =>
        type.Name == name && type.ContainingType is null && type.ContainingNamespace.IsTopLevel(Library);

    public static bool IsLibraryInterface(this INamedTypeSymbol type) =>
        type.Name == "IEngageEvent" && type.ContainingNamespace.IsTopLevel(Library);

    /// <summary>Whether a type has this name and stands right in the namespace <c>System</c>.</summary>
    public static bool IsInSystem(this ITypeSymbol type, string name) =>
        type.Name == name && type.ContainingType is null && type.ContainingNamespace.IsTopLevel("System");

    public static bool IsWithinSystem(this INamespaceSymbol space)
    {
        while (space.ContainingNamespace is { IsGlobalNamespace: false } outer)
        {
            space = outer;
        }

        return space.Name == "System";
    }

    private static bool IsTopLevel(this INamespaceSymbol? space, string name) =>
        space is { ContainingNamespace.IsGlobalNamespace: true } && space.Name == name;
}
