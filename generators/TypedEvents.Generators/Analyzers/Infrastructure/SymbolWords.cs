using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>Types as messages speak of them.</summary>
internal static class SymbolWords
{
    /// <summary>A type as the developer writes it: <c>Dictionary&lt;string, int&gt;</c>.</summary>
    public static string InWords(this ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat);

    /// <summary>Whether the compiler doesn't know the type, or a part of it: it says so, and that is enough.</summary>
    public static bool IsUnknown(this ITypeSymbol type) => type switch
    {
        IErrorTypeSymbol => true,
        IArrayTypeSymbol array => array.ElementType.IsUnknown(),
        IPointerTypeSymbol pointer => pointer.PointedAtType.IsUnknown(),
        INamedTypeSymbol named => named.TypeArguments.Any(IsUnknown),
        _ => false,
    };

    /// <summary>The element type of a list, whatever it is; a dictionary is no list.</summary>
    public static ITypeSymbol? FindListElement(this ITypeSymbol type) =>
        ListParser.FindElementType(type.WithoutNullable(out _)) is { Name: not "KeyValuePair" } element ? element : null;
}
