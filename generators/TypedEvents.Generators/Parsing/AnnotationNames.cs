using Microsoft.CodeAnalysis;

namespace TypedEvents.Generators.Parsing;

/// <summary>What the parser knows by name.</summary>
internal static class AnnotationNames
{
    public const string EngageEvent = "TypedEvents.EngageEventAttribute";

    private const string Library = "TypedEvents";

    /// <summary>Whether an attribute is the library's of this name. Compares names, as a full name would have to be built each time.</summary>
    public static bool IsLibraryAttribute(this AttributeData attribute, string name) =>
        attribute.AttributeClass is { } type && type.IsInLibrary(name);

    /// <summary>Whether a type is the library's of this name.</summary>
    public static bool IsInLibrary(this INamedTypeSymbol type, string name) =>
        type.Name == name && type.ContainingType is null && type.ContainingNamespace.IsTopLevel(Library);

    /// <summary>The <c>[EngageEvent]</c> of a type: the first, where a mistake gives it several.</summary>
    public static AttributeData? FindAnnotation(this ITypeSymbol type)
    {
        foreach (AttributeData attribute in type.GetAttributes())
        {
            if (attribute.IsLibraryAttribute("EngageEventAttribute"))
            {
                return attribute;
            }
        }

        return null;
    }

    public static bool IsLibraryInterface(this INamedTypeSymbol type) =>
        type.Name == "IEngageEvent" && type.ContainingNamespace.IsTopLevel(Library);

    /// <summary>Whether a type has this name and stands right in the namespace <c>System</c>.</summary>
    public static bool IsInSystem(this ITypeSymbol type, string name) =>
        type.Name == name && type.ContainingType is null && type.ContainingNamespace.IsTopLevel("System");

    /// <summary>Whether an attribute has this name and stands in <c>System.{innermost}</c>, at whatever depth.</summary>
    public static bool IsSystemAttribute(this AttributeData attribute, string name, string innermostNamespace) =>
        attribute.AttributeClass is { } type
        && type.Name == name
        && type.ContainingNamespace is { } space
        && space.Name == innermostNamespace
        && space.IsWithinSystem();

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
